using System.Globalization;

namespace OrleansLb.Silo.Demo.Silos;

/// <summary>Backends and the balancers of one cluster in front of them, all on loopback; the members find each other in a directory.</summary>
internal sealed class SiloGroup : IAsyncDisposable
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("orleanslb-demo-");
    private readonly List<Backend> _backends = [];
    private readonly List<BalancerProcess> _silos = [];

    /// <summary>What they run with; the members' files differ in the receiver's port.</summary>
    public string Configuration { get; private set; } = "";

    public IReadOnlyList<Backend> Backends => _backends;

    /// <summary>Where each silo takes OTLP/gRPC.</summary>
    public IReadOnlyList<string> Targets { get; private set; } = [];

    /// <summary>The silos that were not killed.</summary>
    public IReadOnlyList<BalancerProcess> Living => _silos;

    /// <summary>Starts everything and waits until the silos know each other and take traffic.</summary>
    public static async Task<SiloGroup> StartAsync(int silos, int backends, CancellationToken cancellationToken)
    {
        var group = new SiloGroup();
        try
        {
            int[] ports = FreePort.Take(backends + (4 * silos));
            group._backends.AddRange(await Task.WhenAll(ports[..backends].Select(port => Backend.StartAsync("127.0.0.1", port, cancellationToken))).ConfigureAwait(false));
            group.Targets = [.. Enumerable.Range(0, silos).Select(silo => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{ports[backends + (4 * silo)]}"))];
            group._silos.AddRange(await Task.WhenAll(Enumerable.Range(0, silos).Select(silo => group.StartSiloAsync(silo, ports.AsMemory(backends + (4 * silo), 4), cancellationToken)))
                .ConfigureAwait(false));
            await group.WaitForMembersAsync(cancellationToken).ConfigureAwait(false);
            return group;
        }
        catch
        {
            await group.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Kills the first silo, which cannot say good-bye to anybody.</summary>
    public async Task KillFirstAsync(CancellationToken cancellationToken)
    {
        var victim = _silos[0];
        _silos.RemoveAt(0);
        await victim.KillAsync(cancellationToken).ConfigureAwait(false);
        await victim.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Waits until every living silo knows the living ones and no other.</summary>
    public async Task WaitForMembersAsync(CancellationToken cancellationToken)
    {
        foreach (var silo in _silos.ToArray())
        {
            while ((int)(await silo.MetricsAsync(cancellationToken).ConfigureAwait(false)).Sum("orleanslb_cluster_silos") != _silos.Count)
                await Task.Delay(s_poll, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_silos.Select(static silo => silo.DisposeAsync().AsTask())).ConfigureAwait(false);
        await Task.WhenAll(_backends.Select(static backend => backend.DisposeAsync().AsTask())).ConfigureAwait(false);
        _directory.Delete(recursive: true);
    }

    // ports: receiver, admin, silo, gateway
    private async Task<BalancerProcess> StartSiloAsync(int silo, ReadOnlyMemory<int> ports, CancellationToken cancellationToken)
    {
        string configuration = DemoConfiguration.Clustered(ports.Span[0], Path.Combine(_directory.FullName, "members"), _backends.Select(static backend => backend.Endpoint));
        if (silo == 0)
            Configuration = configuration;
        string file = Path.Combine(_directory.FullName, Text($"silo{silo + 1}.alloy"));
        await File.WriteAllTextAsync(file, configuration, cancellationToken).ConfigureAwait(false);
        string[] flags =
        [
            "--cluster.silo-name", Text($"silo{silo + 1}"), "--cluster.silo-port", Text($"{ports.Span[2]}"), "--cluster.gateway-port", Text($"{ports.Span[3]}"),
        ];
        return await BalancerProcess.StartAsync(file, Text($"127.0.0.1:{ports.Span[1]}"), flags, cancellationToken).ConfigureAwait(false);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
