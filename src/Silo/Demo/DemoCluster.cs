namespace OrleansLb.Silo.Demo;

/// <summary>The processes of the demo: the backends and the balancer in front of them, all on loopback.</summary>
internal sealed class DemoCluster : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("orleanslb-demo-");
    private readonly List<Backend> _backends = [];
    private readonly bool _dns;
    private readonly int _backendPort;
    private BalancerProcess? _balancer;

    private DemoCluster(bool dns, int receiverPort, int adminPort, int backendPort)
    {
        _dns = dns;
        _backendPort = backendPort;
        Target = $"127.0.0.1:{receiverPort}";
        Admin = $"127.0.0.1:{adminPort}";
    }

    /// <summary>All backends that were started, also those that were taken out of service.</summary>
    public IReadOnlyList<Backend> Backends => _backends;

    /// <summary>Where the balancer takes OTLP/gRPC.</summary>
    public string Target { get; }

    /// <summary>Where the balancer has its admin pages.</summary>
    public string Admin { get; }

    /// <summary>The balancer's configuration.</summary>
    public string Configuration { get; private set; } = "";

    public BalancerProcess Balancer => _balancer ?? throw new InvalidOperationException("the balancer is not running");

    private string HostsFile => Path.Combine(_directory.FullName, "hosts");

    /// <summary>Starts everything and waits until the balancer takes traffic.</summary>
    /// <param name="backends">How many backends.</param>
    /// <param name="dns">The balancer looks its backends up, so that they can change.</param>
    /// <param name="handoverWindow">The balancer's, when it looks its backends up.</param>
    /// <param name="configured">Told of the configuration before the balancer starts.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<DemoCluster> StartAsync(
        int backends, bool dns, TimeSpan handoverWindow, Action<DemoCluster> configured, CancellationToken cancellationToken)
    {
        var ports = FreePort.Take(backends + 2);
        var cluster = new DemoCluster(dns, receiverPort: ports[0], adminPort: ports[1], backendPort: ports[2]);
        try
        {
            // Behind one name all backends have one port, each on an address of its own: Linux answers on all of 127.0.0.0/8.
            cluster._backends.AddRange(await Task.WhenAll(Enumerable.Range(0, backends).Select(i => dns
                ? Backend.StartAsync(AddressOf(i), ports[2], cancellationToken)
                : Backend.StartAsync("127.0.0.1", ports[2 + i], cancellationToken))).ConfigureAwait(false));
            cluster.Configuration = dns
                ? DemoConfiguration.Dns(ports[0], ports[2], handoverWindow)
                : DemoConfiguration.Static(ports[0], cluster._backends.Select(static b => b.Endpoint));
            configured(cluster);

            string file = Path.Combine(cluster._directory.FullName, "demo.alloy");
            await File.WriteAllTextAsync(file, cluster.Configuration, cancellationToken).ConfigureAwait(false);
            if (dns)
                await cluster.WriteHostsAsync(cancellationToken).ConfigureAwait(false);
            cluster._balancer = await BalancerProcess.StartAsync(file, cluster.Admin, dns ? ["--dns.hosts-file", cluster.HostsFile] : [], cancellationToken).ConfigureAwait(false);
            await cluster._balancer.WaitForBackendsAsync(backends, cancellationToken).ConfigureAwait(false);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts one more backend; the balancer does not know of it yet.</summary>
    public async Task<Backend> AddBackendAsync(CancellationToken cancellationToken)
    {
        var backend = await Backend.StartAsync(AddressOf(_backends.Count), _backendPort, cancellationToken).ConfigureAwait(false);
        backend.InService = false;
        _backends.Add(backend);
        return backend;
    }

    /// <summary>Lets the balancer see which backends are in service, and waits until it does.</summary>
    public async Task PublishBackendsAsync(CancellationToken cancellationToken)
    {
        if (!_dns)
            throw new InvalidOperationException("a static list does not change");
        await WriteHostsAsync(cancellationToken).ConfigureAwait(false);
        await Balancer.WaitForBackendsAsync(_backends.Count(static b => b.InService), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_balancer is not null)
            await _balancer.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(_backends.Select(static b => b.DisposeAsync().AsTask())).ConfigureAwait(false);
        _directory.Delete(recursive: true);
    }

    private static string AddressOf(int index) => $"127.0.0.{index + 2}";

    // By renaming, so that a look-up never reads half a file.
    private async Task WriteHostsAsync(CancellationToken cancellationToken)
    {
        string written = HostsFile + ".new";
        var lines = _backends.Where(static b => b.InService).Select(static b => $"{b.Endpoint[..b.Endpoint.LastIndexOf(':')]} {DemoConfiguration.BackendName}");
        await File.WriteAllLinesAsync(written, lines, cancellationToken).ConfigureAwait(false);
        File.Move(written, HostsFile, overwrite: true);
    }
}
