using System.Collections.Immutable;
using System.Net;
using OrleansLb.EndToEnd.Tests.Histories;
using OrleansLb.EndToEnd.Tests.Infrastructure;
using OrleansLb.Testing;

namespace OrleansLb.EndToEnd.Tests.Chaos;

/// <summary>
/// Runs the program with real sockets, backends and clients through a plan, heals everything, lets it drain, and has the history judged. Delays
/// here are the pace of the plan, never a way to wait for something.
/// </summary>
internal sealed class ChaosRun(ChaosSettings settings, ChaosPlan plan, HistoryRecorder recorder, Timeline timeline) : IDisposable
{
    private const int Clients = 4;

    private readonly CancellationTokenSource _healing = new();
    private readonly CancellationTokenSource _enough = new();
    private readonly List<ChaosBackend> _backends = [];

    public void Dispose()
    {
        _healing.Dispose();
        _enough.Dispose();
    }

    public async Task<Verdict> JudgeAsync()
    {
        string directory = Directory.CreateTempSubdirectory("orleanslb-chaos-").FullName;
        try
        {
            await RunAsync(directory);
        }
        finally
        {
            foreach (var backend in _backends)
                await backend.DisposeAsync();
            Directory.Delete(directory, recursive: true);
        }

        return HistoryChecker.Check(recorder.ToHistory(
            new HistoryRules { MemoryLimit = ChaosSettings.MemoryLimit, RefusalsTellOfDeliveries = plan.Configuration.WaitsForResult }));
    }

    private async Task RunAsync(string directory)
    {
        for (int i = 0; i < ChaosPlan.BackendCount; i++)
            _backends.Add(await ChaosBackend.StartAsync(IPAddress.Parse($"127.0.0.{i + 2}"), i == 0 ? 0 : _backends[0].Server.Port, recorder, timeline));
        using var hosts = ChaosConfiguration.Hosts(Servers(Enumerable.Range(0, ChaosPlan.FirstMembers)));
        recorder.BeginsWith(Enumerable.Range(0, ChaosPlan.FirstMembers));
        await using var program = new ChaosProgram(
            plan.Configuration.ToText(_backends[0].Server.Port, directory), hosts, settings.IsDurable, plan.Configuration.Settling, recorder, timeline);
        await program.StartAsync();

        var random = new Random(settings.Seed + 1);
        Task[] clients = [.. Enumerable.Range(1, Clients).Select(number => new ChaosClient(number, new Random(random.Next()), program, recorder))
            .Select(client => Task.Run(() => client.RunAsync(_enough.Token)))];
        var crowd = new ChaosCrowd(settings.Seed + 2, program, recorder);
        var scale = Task.Run(() => WeighAsync(program));
        var begin = recorder.Now;
        _healing.CancelAfter(settings.Duration);
        await Task.WhenAll(
        [
            .. _backends.Select((backend, i) => FollowAsync(plan.Backends[i], static step => step.At, begin, step => backend.SufferAsync(step, new Random(settings.Seed + i), _healing.Token))),
            FollowAsync(plan.Membership, static step => step.At, begin, step => ChangeAsync(step, hosts, program)),
            FollowAsync(plan.Overloads[..^1], static step => step.At, begin, step => OverloadAsync(step, crowd)),
            FollowAsync(plan.Program, static step => step.At, begin, step => program.RestartAsync(step, _healing.Token)),
        ]);

        // some traffic that nothing excuses
        timeline.Add("everything is healed");
        await Task.Delay(ChaosSettings.Quiet, CancellationToken.None);
        await OverloadAsync(plan.Overloads[^1], crowd);
        await _enough.CancelAsync();
        await Task.WhenAll(clients);
        await scale;
        await program.FinishAsync();
        timeline.Add("nothing is queued any more");
    }

    private async Task FollowAsync<TStep>(ImmutableArray<TStep> steps, Func<TStep, TimeSpan> at, TimeSpan begin, Func<TStep, Task> take)
    {
        foreach (var step in steps)
        {
            if (begin + at(step) - recorder.Now is var left && left > TimeSpan.Zero)
                await Task.Delay(left, _healing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_healing.IsCancellationRequested)
                return;
            await take(step);
        }
    }

    private async Task OverloadAsync(OverloadStep step, ChaosCrowd crowd)
    {
        timeline.Add($"overload: {step.Pause} ms a request");

        // slowness loses no answers; who waits for a delivery may run out of patience by it
        Action[] areOver = [.. _backends.Select(backend => recorder.Disturbing(backend.Index, TimeSpan.Zero, "overload", answersAll: true))];
        _backends.ForEach(backend => backend.Pause = step.Pause);
        using var enough = new CancellationTokenSource(step.Lasting);
        var offers = crowd.OfferAsync(enough.Token);
        await Task.Delay(step.Lasting, CancellationToken.None);
        _backends.ForEach(static backend => backend.Pause = 0);
        await offers;
        Array.ForEach(areOver, static isOver => isOver());
        timeline.Add("overload is over");
    }

    private async Task ChangeAsync(MembershipStep step, HostsFile hosts, ChaosProgram program)
    {
        var isOver = recorder.Changing(step.Members);
        timeline.Add($"membership: {step.Kind}");
        if (step.Kind is MembershipKind.Fails or MembershipKind.Flaps)
        {
            var meanwhile = step.Kind == MembershipKind.Fails ? [] : step.Members.Remove(step.Missing);
            hosts.Write([.. Servers(meanwhile)]);
            await Task.Delay(step.Kind == MembershipKind.Fails ? ChaosSettings.Failing : ChaosSettings.Debounce / 2, CancellationToken.None);
        }

        // a leaver that is in trouble may have taken something that it cannot answer for before it is given up
        var troubled = _backends.Where(backend => backend.IsTroubled && !step.Members.Contains(backend.Index))
            .Select(backend => recorder.Disturbing(backend.Index, ChaosSettings.AnswerTime, "leaves in trouble")).ToArray();
        hosts.Write([.. Servers(step.Members)]);
        string line = $": {step.Members.Length} backends: {string.Join(", ", Servers(step.Members).Select(static server => server.Endpoint).Order(StringComparer.Ordinal))}";
        await Eventually.Holds(() => program.Log.Split('\n').LastOrDefault(static l => l.Contains(" backends: ", StringComparison.Ordinal))?.Contains(line, StringComparison.Ordinal) == true);
        await Task.Delay(plan.Configuration.Settling, CancellationToken.None);
        foreach (var trouble in troubled)
            trouble();
        isOver();
        timeline.Add($"membership: [{string.Join(' ', step.Members)}]");
    }

    private async Task WeighAsync(ChaosProgram program)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (!_enough.IsCancellationRequested)
        {
            program.Weigh();
            await ticks.WaitForNextTickAsync();
        }
    }

    private IEnumerable<MockBackend> Servers(IEnumerable<int> members) => members.Order().Select(member => _backends[member].Server);
}
