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
        }.Checked(static text => Admin.ListenAddress.TryParse(text, out _) ? null : $"invalid listen address \"{text}\": expected HOST:PORT with an IP address, like 127.0.0.1:12345");
        var storage = new Option<string>("--storage.path")
        {
            Description = "Directory of the stores that name none of their own",
            HelpName = "DIR",
            DefaultValueFactory = _ => defaults.StoragePath,
        };
        var stability = new Option<string?>("--stability.level")
        {
            Description = $"Lowest stability of the components that may be used, {string.Join(", ", Enum.GetValues<StabilityLevel>().Select(static l => l.Display()))}; when it is not given, all may be",
            HelpName = "LEVEL",
        }.Checked(static text => text is null || StabilityLevels.TryParse(text, out _) ? null : $"invalid stability level \"{text}\"");
        var shutdownTimeout = DurationOption.Create("--shutdown-timeout", "Time to deliver what is queued when the program is asked to stop", defaults.ShutdownTimeout);
        var memoryLimit = new Option<string?>("--memory-limit")
        {
            Description = "Memory of the process: a size like 512MiB, or a share of the container's memory; goes before memory_limit in the configuration [default: 75%]",
            HelpName = "SIZE|PERCENT",
        }.Checked(static text => text is null || MemoryLimit.TryParse(text, out _, out string? error) ? null : $"invalid memory limit: {error}");
        var loopbackOnly = new Option<bool>("--loopback-only") { Description = "Receivers that would listen on every address listen on loopback only" };
        var hostsFile = new Option<string?>("--dns.hosts-file")
        {
            Description = "Hosts file that answers dns resolvers in place of the system's name service; read again at each look-up",
            HelpName = "FILE",
        };
        var exitWithStdin = new Option<bool>("--exit-with-stdin") { Description = "End when standard input ends", Hidden = true };
        var disableReporting = new Option<bool>("--disable-reporting") { Description = "Accepted for Alloy's sake; nothing is ever reported", Hidden = true };

        var command = new Command("run", "Run the load balancer with an Alloy configuration")
        {
            path, listen, storage, stability, shutdownTimeout, memoryLimit, loopbackOnly, hostsFile, exitWithStdin, disableReporting,
        };
        command.SetAction((arguments, cancellationToken) => handler(
            new RunOptions
            {
                ConfigurationPath = arguments.GetRequiredValue(path),
                ListenAddress = arguments.GetRequiredValue(listen),
                StoragePath = arguments.GetRequiredValue(storage),
                StabilityLevel = arguments.GetValue(stability) is { } text && StabilityLevels.TryParse(text, out var level) ? level : null,
                ShutdownTimeout = arguments.GetValue(shutdownTimeout) ?? defaults.ShutdownTimeout,
                MemoryLimit = arguments.GetValue(memoryLimit) is { } size && MemoryLimit.TryParse(size, out var limit, out _) ? limit : null,
                LoopbackOnly = arguments.GetValue(loopbackOnly),
                HostsFile = arguments.GetValue(hostsFile),
                ExitWithStdin = arguments.GetValue(exitWithStdin),
            },
            cancellationToken));
        return command;
    }
}
