using System.Globalization;
using System.Net;
using OrleansLb.EndToEnd.Tests.Chaos;
using OrleansLb.EndToEnd.Tests.Infrastructure;
using OrleansLb.Testing;
using OrleansLb.Testing.Postgres;

namespace OrleansLb.Cluster.Tests.Running;

/// <summary>A cluster of real processes under load, and what may be done to it.</summary>
internal sealed class ClusterRun : IAsyncDisposable
{
    private const string Silos = "orleanslb_cluster_silos";
    private const int BackendsAtATime = 3;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_patienceWithLosses = TimeSpan.FromSeconds(10);

    private readonly PostgresServer _memberStore;
    private readonly bool _isDurable;
    private readonly List<ChaosBackend> _backends = [];
    private readonly List<Member> _silos = [];
    private readonly List<Member> _ingresses = [];
    private readonly CancellationTokenSource _enough = new();
    private readonly SharedTraces _traces = new();
    private readonly Timeline _timeline;
    private readonly Load _load;
    private ClusterSettings _settings = null!;
    private HostsFile _hosts = null!;
    private Task[] _clients = [];
    private MachineWatch? _watch;
    private int _members;

    /// <param name="memberStore">The store of members, which the run may stop.</param>
    /// <param name="isDurable">Whether queues are stored.</param>
    /// <param name="load">The traffic.</param>
    public ClusterRun(PostgresServer memberStore, bool isDurable, Load load)
    {
        _memberStore = memberStore;
        _isDurable = isDurable;
        _load = load;
        _timeline = new Timeline(Record.History);
    }

    public ClusterRecord Record { get; } = new();

    public IReadOnlyList<Member> SiloMembers => _silos;

    public IReadOnlyList<Member> Ingresses => _ingresses;

    public bool IsDurable => _isDurable;

    /// <summary>What happened when, and what the members wrote in the meantime.</summary>
    public string Story => _timeline.ToString();

    public string Logs => string.Join('\n', _silos.Concat(_ingresses).Select(static member => $"--- {member.Name}\n{member.Process.Log}"));

    /// <summary>Starts backends, members and traffic, and lets that flow for a while.</summary>
    /// <param name="queueStore">The store of queues.</param>
    /// <param name="silos">How many processes have a silo.</param>
    /// <param name="ingresses">How many take requests without having a silo; with none of them, silos take requests.</param>
    public async Task StartAsync(PostgresServer queueStore, int silos, int ingresses)
    {
        for (int i = 0; i < BackendsAtATime; i++)
            await AddBackendAsync();
        _settings = new ClusterSettings(_memberStore.NewSchema(), _isDurable ? queueStore.NewSchema() : null, _backends[0].Server.Port);
        _hosts = new HostsFile(ClusterSettings.Backends, [.. _backends.Select(static backend => backend.Server)]);
        Record.History.BeginsWith(_backends.Select(static backend => backend.Index));
        string role = ingresses == 0 ? "all" : "silo";
        await Task.WhenAll(Enumerable.Range(0, silos).Select(_ => StartMemberAsync(role, _silos)));
        await Task.WhenAll(Enumerable.Range(0, ingresses).Select(_ => StartMemberAsync("ingress", _ingresses)));
        foreach (var silo in _silos)
            await silo.Process.MetricReachesAsync(silos, Silos);

        Member[] receiving = ingresses == 0 ? [.. _silos] : [.. _ingresses];
        var pause = _load.Pause(receiving.Length);
        _clients = [.. receiving.SelectMany(home => Enumerable.Range(0, _load.ClientsPerMember)
            .Select(_ => new LoadClient(home, receiving, _traces, Record, pause)))
            .Select(client => Task.Run(() => client.RunAsync(_enough.Token)))];
        _timeline.Add("traffic");
        await Task.Delay(_load.WarmUp);
        Record.Began = Record.History.Now;
        _watch = new MachineWatch();
    }

    /// <summary>Lets traffic go on for a while, ends it, and waits until everything that was acknowledged has arrived.</summary>
    public async Task FinishAsync()
    {
        await Task.Delay(_load.Afterwards);
        await _enough.CancelAsync();
        await Task.WhenAll(_clients);
        _timeline.Add("no more traffic");
        Record.MachineStall = _watch!.Longest;

        // where something is lost in any case, it is not waited for
        bool somethingDied = !_isDurable && Record.DeadLanes.Any(static lane => lane.MemoryDies);
        await Record.History.SettleAsync(somethingDied ? s_patienceWithLosses : s_patience);
        _timeline.Add("settled");
    }

    /// <summary>Another silo joins, with clients of its own if silos take requests.</summary>
    public async Task JoinAsync()
    {
        var newcomer = await StartMemberAsync(_ingresses.Count == 0 ? "all" : "silo", _silos);
        foreach (var silo in _silos)
            await silo.Process.MetricReachesAsync(_silos.Count, Silos);
        if (_ingresses.Count > 0)
            return;
        var pause = _load.Pause(_silos.Count);
        _clients = [.. _clients, .. Enumerable.Range(0, _load.ClientsPerMember).Select(_ => new LoadClient(newcomer, _silos, _traces, Record, pause))
            .Select(client => Task.Run(() => client.RunAsync(_enough.Token)))];
    }

    /// <summary>Backends refuse for now, so that queues hold something; until what is returned is disposed of.</summary>
    public IDisposable HoldBackends()
    {
        _timeline.Add("backends refuse");
        ChaosBackend[] held = [.. _backends];
        foreach (var backend in held)
            backend.Server.Script = static _ => Reply.Unavailable;
        return new Ending(() =>
        {
            foreach (var backend in held)
                backend.Server.Script = static _ => Reply.Ok;
            _timeline.Add("backends take");
        });
    }

    /// <summary>The name of the backends has other ones from now on; the former stay for a while.</summary>
    public async Task ReplaceBackendsAsync()
    {
        ChaosBackend[] former = [.. _backends];
        _backends.Clear();
        for (int i = 0; i < BackendsAtATime; i++)
            await AddBackendAsync(former);
        var isOver = Record.History.Changing(_backends.Select(static backend => backend.Index));
        _hosts.Write([.. _backends.Select(static backend => backend.Server)]);
        _timeline.Add("the backends are others");
        await Task.Delay(ClusterSettings.Settling);
        isOver();
        foreach (var backend in former)
            await backend.DisposeAsync();
        _timeline.Add("the former backends have gone");
    }

    /// <summary>The store of members is away until what is returned is disposed of.</summary>
    public IDisposable MemberStoreAway()
    {
        _memberStore.Stop();
        _timeline.Add("the store of members is away");
        return new Ending(() =>
        {
            _memberStore.Start();
            _timeline.Add("the store of members is back");
        });
    }

    /// <summary>The silo with the resolver grain, by the log: the grain names its backends whenever it begins.</summary>
    public Member Resolver()
    {
        var resolver = _silos.Where(static silo => !silo.Process.HasExited).MaxBy(static silo => LastResolved(silo.Process.Log))!;
        return LastResolved(resolver.Process.Log) > DateTimeOffset.MinValue
            ? resolver
            : throw new InvalidOperationException($"no log names the backends that the resolver grain found\n{Logs}");
    }

    public Member AnyBut(Member not) => _silos.First(silo => silo != not);

    /// <summary>Waits until another silo knows that one is not there any more, and writes down whose lane that was.</summary>
    /// <param name="silo">Which one.</param>
    /// <param name="lost">When it was lost.</param>
    /// <param name="memoryDies">Whether what is in its memory is lost with it.</param>
    public async Task KnownAsGoneAsync(Member silo, TimeSpan lost, bool memoryDies)
    {
        int left = _silos.Count(other => other != silo && !other.Process.HasExited);
        var witness = _silos.First(other => other != silo && !other.Process.HasExited);
        await witness.Process.MetricFallsToAsync(left, Silos);
        var gone = Record.History.Now;
        Record.Died(new DeadLane(_ingresses.Count == 0 ? silo.Life : null, lost, gone, memoryDies));
        Record.Note(string.Create(CultureInfo.InvariantCulture, $"{silo.Name} known as gone after {(gone - lost).TotalSeconds:0.0} s"));
        _timeline.Add($"{silo.Name} is known as gone");
    }

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        await Task.WhenAll(_clients).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_ingresses.Concat(_silos).Select(static member => member.DisposeAsync().AsTask()));
        foreach (var backend in _backends)
            await backend.DisposeAsync();
        _hosts?.Dispose();
        _watch?.Dispose();
        _enough.Dispose();
    }

    private async Task<Member> StartMemberAsync(string role, List<Member> list)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{(role == "ingress" ? "ingress" : "silo")}{Interlocked.Increment(ref _members)}");
        var member = new Member(name, receives: role != "silo", () => _settings.LaunchAsync(role, name, _hosts), _isDurable, Record, _timeline.Add);
        lock (list)
            list.Add(member);
        await member.StartAsync();
        return member;
    }

    private async Task AddBackendAsync(params ChaosBackend[] former)
    {
        int number = _backends.Count + former.Length;
        int port = former.Concat(_backends).FirstOrDefault()?.Server.Port ?? 0;
        _backends.Add(await ChaosBackend.StartAsync(IPAddress.Parse($"127.0.0.{number + 2}"), port, Record.History, _timeline));
    }

    // the last line of the kind "…: 3 backends: …"
    private static DateTimeOffset LastResolved(string log)
    {
        string? line = log.Split('\n').LastOrDefault(static l => l.Contains(" backends: ", StringComparison.Ordinal));
        return line is not null && line.StartsWith("ts=", StringComparison.Ordinal)
            ? DateTimeOffset.Parse(line.AsSpan(3, line.IndexOf(' ', StringComparison.Ordinal) - 3), CultureInfo.InvariantCulture)
            : DateTimeOffset.MinValue;
    }

    private sealed class Ending(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
