using System.Net;
using Microsoft.Extensions.Logging;
using OrleansLb.Configuration;
using OrleansLb.Silo.Admin;
using OrleansLb.Silo.CommandLine;
using OrleansLb.Silo.Logging;
using OrleansLb.Silo.Memory;
using OrleansLb.Silo.Sink;
using OrleansLb.Silo.Telemetry;

namespace OrleansLb.Silo.Hosting;

/// <summary>The role <c>run</c>: loads a configuration, runs the balancer until it is asked to stop, and leaves in good order.</summary>
internal sealed partial class RunRole : IDisposable
{
    private const int Success = 0;
    private const int Failure = 1;
    private const string NotLoaded = "Error: could not perform the initial load successfully";

    private readonly RunOptions _options;
    private readonly LogSettings _log = new();
    private readonly LineLoggerProvider _lines;
    private readonly LoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly TimeProvider _time = TimeProvider.System;

    private RunRole(RunOptions options)
    {
        _options = options;

        // the stream itself: Console.Error has a lock that the writing thread would keep from everyone while nobody reads
        _lines = new LineLoggerProvider(Console.OpenStandardError(), _time, _log);
        _loggers = new LoggerFactory(
            [_lines],
            new LoggerFilterOptions { MinLevel = LogLevel.Trace });
        _logger = _loggers.CreateLogger<RunRole>();
    }

    /// <summary>Runs until a signal or <paramref name="cancellationToken"/> asks for the end.</summary>
    /// <returns>The exit code of the process.</returns>
    public static async Task<int> RunAsync(RunOptions options, CancellationToken cancellationToken)
    {
        using var role = new RunRole(options);
        try
        {
            return await role.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (StartupException exception)
        {
            // behind the lines of the log that are still under way
            role._lines.Lines.Add($"Error: {exception.Message}\n");
            return Failure;
        }
    }

    public void Dispose()
    {
        _loggers.Dispose();
        _lines.Dispose();
    }

    private async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (Load() is not { } configuration)
            return Failure;
        var cluster = ClusterPlan.Of(configuration, _options);
        if (cluster.Faults.Count > 0)
            return Refuse(cluster.Faults);
        var dashboardPlan = DashboardPlan.Of(configuration.Process, _options);
        if (dashboardPlan.Faults.Count > 0)
            return Refuse(dashboardPlan.Faults);
        _log.Options = configuration.Logging;

        using var signals = new TerminationSignals(_loggers.CreateLogger<TerminationSignals>());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(signals.Requested, cancellationToken);
        if (_options.ExitWithStdin)
            _ = ParentLink.FollowAsync(Console.OpenStandardInput(), stop);

        LogStarting(ProductVersion.Text, _options.ConfigurationPath);
        foreach (var flag in _options.WithoutEffect)
            LogWithoutEffect(flag.AsksForMore ? LogLevel.Warning : LogLevel.Information, flag.Name, flag.Reason);
        var memory = MemoryPlan.Of(_options.MemoryLimit ?? configuration.Process.MemoryLimit, AvailableMemory.Read());
        memory.Apply();
        string limit = $"{memory.Limit >> 20}MiB";
        string data = $"{memory.Data >> 20}MiB";
        LogMemory(limit, data);
        using var metrics = new MetricsRegistry();
        using var logMetrics = new LogMetrics(_lines.Lines);
        var readiness = new Readiness();
        var hotKeys = new HotKeyBoard();
        var dashboard = dashboardPlan.IsOn ? new Dashboard(dashboardPlan.Login) : null;
        await using var admin = new AdminServer(new AdminPages(readiness, metrics, hotKeys, dashboard), _loggers);
        await StartAdminAsync(admin, dashboardPlan).ConfigureAwait(false);
        await using var balancer = Balancer.Create(configuration, _options, cluster.Settings, memory, readiness, hotKeys, dashboard, _loggers, _time);
        if (cluster.Settings is { } settings)
        {
            string role = _options.Role.Name();
            string? silo = _options.Role.HostsSilo() ? settings.EffectiveSiloName : null;
            LogCluster(settings.Clustering, settings.ClusterId, settings.ServiceId, role, silo);
        }

        var shutdown = new ShutdownSequence(balancer, _time, _loggers.CreateLogger<ShutdownSequence>());
        var dead = balancer.DeclaredDead;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, dead);
        if (await balancer.StartAsync(stop.Token).ConfigureAwait(false))
            LogRunning(_options.Role.Receives() ? configuration.Receivers.Count : 0, configuration.LoadBalancers.Count);

        await end.Token.WhenCancelledAsync().ConfigureAwait(false);
        if (dead.IsCancellationRequested)
            return await EndDeadAsync(balancer).ConfigureAwait(false);
        await shutdown.RunAsync(_options.ShutdownTimeout).ConfigureAwait(false);
        return Success;
    }

    /// <summary>The end of a silo that was declared dead: its queues are emptied without Orleans, which has no orderly stop for it, and whoever watches the process hears that it failed.</summary>
    private async Task<int> EndDeadAsync(Balancer balancer)
    {
        var last = new ShutdownSequence(new LastSteps(balancer), _time, _loggers.CreateLogger<ShutdownSequence>());
        await last.RunAsync(_options.ShutdownTimeout).ConfigureAwait(false);
        Dispose();

        // to dispose of the host is to stop Orleans
        Environment.Exit(Failure);
        return Failure;
    }

    private PipelineConfiguration? Load()
    {
        var result = ConfigurationLoader.LoadFile(_options.ConfigurationPath, _options.StabilityLevel);
        if (result.ReadFailure is { } failure)
            throw new StartupException(failure);
        result.PrintDiagnostics(Console.Error);
        if (result.Configuration is null)
            Console.Error.WriteLine(NotLoaded);
        return result.Configuration;
    }

    private static int Refuse(IEnumerable<string> faults)
    {
        foreach (string fault in faults)
            Console.Error.WriteLine($"Error: {fault}");
        Console.Error.WriteLine(NotLoaded);
        return Failure;
    }

    private async Task StartAdminAsync(AdminServer admin, DashboardPlan dashboard)
    {
        string address = _options.ListenAddress;
        if (!ListenAddress.TryParse(address, out var endpoint))
            throw new StartupException($"invalid listen address \"{address}\"");
        try
        {
            string bound = await admin.StartAsync(endpoint, CancellationToken.None).ConfigureAwait(false);
            LogAdminListening(bound);
            if (dashboard.IsForSilosOnly)
                LogNoDashboard();
            if (dashboard is { IsOn: true, Login: null } && !IPAddress.IsLoopback(endpoint.Address))
                LogOpenDashboard(bound);
        }
        catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException)
        {
            throw new StartupException($"--server.http.listen-addr: cannot listen on {address}: {exception.Message}");
        }
    }
}
