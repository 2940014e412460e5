using System.CommandLine;
using OrleansLb.Configuration;

namespace OrleansLb.Silo.CommandLine;

/// <summary>The command line of <c>orleanslb run</c>. The flags are Alloy's where it has them.</summary>
internal static class RunCommand
{
    public static Command Create(Func<RunOptions, CancellationToken, Task<int>> handler)
    {
        var defaults = new RunOptions { ConfigurationPath = "" };
        var path = new Argument<string>("PATH") { Description = "Alloy configuration file (.alloy or .river)" };
        var listen = new Option<string>("--server.http.listen-addr")
        {
            Description = "Address and port of the admin pages: /-/ready, /-/healthy, /metrics",
            HelpName = "HOST:PORT",
            DefaultValueFactory = _ => defaults.ListenAddress,
        }.LastCounts().Checked(static text => Admin.ListenAddress.TryParse(text, out _) ? null : $"invalid listen address \"{text}\": expected HOST:PORT with an IP address, like 127.0.0.1:12345");
        var storage = new Option<string>("--storage.path")
        {
            Description = "Directory of the stores that name none of their own, and of the membership that was seen last",
            HelpName = "DIR",
            DefaultValueFactory = _ => defaults.StoragePath,
        }.LastCounts();
        var stability = new Option<string?>("--stability.level")
        {
            Description = $"Lowest stability of the components that may be used, {string.Join(", ", Enum.GetValues<StabilityLevel>().Select(static l => l.Display()))}; when it is not given, all may be",
            HelpName = "LEVEL",
        }.LastCounts().Checked(static text => text is null || StabilityLevels.TryParse(text, out _) ? null : $"invalid stability level \"{text}\"");
        var shutdownTimeout = DurationOption.Create("--shutdown-timeout", "Time to deliver what is queued when the program is asked to stop", defaults.ShutdownTimeout);
        var memoryLimit = new Option<string?>("--memory-limit")
        {
            Description = "Memory of the process: a size like 512MiB, or a share of the container's memory; goes before memory_limit in the configuration [default: 75%]",
            HelpName = "SIZE|PERCENT",
        }.LastCounts().Checked(static text => text is null || MemoryLimit.TryParse(text, out _, out string? error) ? null : $"invalid memory limit: {error}");
        var loopbackOnly = new Option<bool>("--loopback-only") { Description = "Receivers that would listen on every address listen on loopback only" };
        var hostsFile = new Option<string?>("--dns.hosts-file")
        {
            Description = "Hosts file that answers dns resolvers in place of the system's name service; read again at each look-up",
            HelpName = "FILE",
        }.LastCounts();
        var role = new Option<string?>("--role")
        {
            Description = $"What the process does: {ProcessRoles.Names}; all but the first need a cluster",
            HelpName = "ROLE",
            DefaultValueFactory = _ => defaults.Role.Name(),
        }.LastCounts().Checked(static text => text is null || ProcessRoles.TryParse(text, out _) ? null : $"invalid role \"{text}\": expected {ProcessRoles.Names}");
        var cluster = new ClusterFlagOptions();
        var dashboard = new Option<bool>("--dashboard") { Description = "Orleans' dashboard at /dashboard of the admin listener; it measures every call of a grain" };
        var format = new Option<string?>("--config.format") { Description = "The language of the configuration, alloy", Hidden = true }
            .LastCounts().Checked(FormatFault);
        var exitWithStdin = new Option<bool>("--exit-with-stdin") { Description = "End when standard input ends", Hidden = true };
        var withoutEffect = AlloyFlag.All.Select(static flag => (Flag: flag, Option: flag.CreateOption())).ToArray();

        var command = new Command("run", "Run the load balancer with an Alloy configuration")
        {
            path, listen, storage, stability, shutdownTimeout, memoryLimit, loopbackOnly, hostsFile, role, dashboard, format, exitWithStdin,
        };
        foreach (var option in cluster.All.Concat(withoutEffect.Select(static entry => entry.Option)))
            command.Add(option);

        command.SetAction((arguments, cancellationToken) => handler(
            new RunOptions
            {
                ConfigurationPath = arguments.GetRequiredValue(path),
                ListenAddress = arguments.GetRequiredValue(listen),
                StoragePath = arguments.GetRequiredValue(storage),
                KeepsRecords = arguments.GetResult(storage) is { Implicit: false },
                StabilityLevel = arguments.GetValue(stability) is { } text && StabilityLevels.TryParse(text, out var level) ? level : null,
                ShutdownTimeout = arguments.GetValue(shutdownTimeout) ?? defaults.ShutdownTimeout,
                MemoryLimit = arguments.GetValue(memoryLimit) is { } size && MemoryLimit.TryParse(size, out var limit, out _) ? limit : null,
                Role = arguments.GetValue(role) is { } name && ProcessRoles.TryParse(name, out var known) ? known : defaults.Role,
                Cluster = cluster.Read(arguments),
                Dashboard = arguments.GetValue(dashboard),
                LoopbackOnly = arguments.GetValue(loopbackOnly),
                HostsFile = arguments.GetValue(hostsFile),
                ExitWithStdin = arguments.GetValue(exitWithStdin),
                WithoutEffect = [.. withoutEffect.Where(entry => entry.Flag.Asks(arguments.GetValue(entry.Option))).Select(static entry => entry.Flag)],
            },
            cancellationToken));
        return command;
    }

    // "flow" is what Alloy's language was called in Grafana Agent; Alloy itself knows the other four, and reads them by converting them
    private static string? FormatFault(string? format) => format switch
    {
        null or "alloy" or "flow" => null,
        "otelcol" or "prometheus" or "promtail" or "static" => $"--config.format={format} is not supported yet: only alloy is",
        _ => $"invalid value \"{format}\" for --config.format: expected alloy",
    };
}
