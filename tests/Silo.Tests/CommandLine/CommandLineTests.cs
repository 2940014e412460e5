using System.CommandLine;
using OrleansLb.Configuration;
using OrleansLb.Silo.CommandLine;

namespace OrleansLb.Silo.Tests.CommandLine;

public sealed class CommandLineTests
{
    private RunOptions? _run;
    private DemoOptions? _demo;

    [Fact]
    public async Task Run_has_the_defaults_of_its_documentation()
    {
        Assert.Equal(0, (await InvokeAsync("run", "x.alloy")).ExitCode);
        Assert.Equal(
            new RunOptions
            {
                ConfigurationPath = "x.alloy",
                ListenAddress = "127.0.0.1:12345",
                StoragePath = "data-orleanslb/",
                StabilityLevel = null,
                ShutdownTimeout = TimeSpan.FromSeconds(30),
            },
            _run);
    }

    [Fact]
    public async Task Run_takes_its_options_in_both_notations()
    {
        await InvokeAsync(
            "run", "x.alloy", "--server.http.listen-addr=:9999", "--storage.path", "/tmp/s", "--stability.level=experimental",
            "--shutdown-timeout", "1m30s", "--memory-limit", "512MiB", "--loopback-only", "--dns.hosts-file", "hosts",
            "--disable-reporting");
        Assert.Equal(
            new RunOptions
            {
                ConfigurationPath = "x.alloy",
                ListenAddress = ":9999",
                StoragePath = "/tmp/s",
                StabilityLevel = StabilityLevel.Experimental,
                ShutdownTimeout = TimeSpan.FromSeconds(90),
                MemoryLimit = new MemoryLimit(512L << 20, 0),
                LoopbackOnly = true,
                HostsFile = "hosts",
            },
            _run);
    }

    [Fact]
    public async Task Demo_has_the_defaults_of_its_documentation()
    {
        Assert.Equal(0, (await InvokeAsync("demo")).ExitCode);
        Assert.Equal(TimeSpan.FromSeconds(20), _demo!.Duration);
        Assert.Equal(3, _demo.Backends);
        Assert.False(_demo.ScaleEvent);
    }

    [Theory]
    [InlineData("invalid value for --shutdown-timeout: time: unknown unit \"x\" in duration \"5x\"", "run", "x", "--shutdown-timeout", "5x")]
    [InlineData("--shutdown-timeout must be at least 0s, not -1s", "run", "x", "--shutdown-timeout=-1s")]
    [InlineData("invalid stability level \"beta\"", "run", "x", "--stability.level", "beta")]
    [InlineData("invalid listen address \"nowhere\"", "run", "x", "--server.http.listen-addr", "nowhere")]
    [InlineData("Required argument 'PATH' missing", "run")]
    [InlineData("--backends must be from 1 to 50, not 0", "demo", "--backends", "0")]
    [InlineData("--rate must be at least 100 spans per second, not 3", "demo", "--rate", "3")]
    [InlineData("--duration must be at least 1s, not 10ms", "demo", "--duration", "10ms")]
    [InlineData("--handover-window needs --scale-event", "demo", "--handover-window", "30s")]
    [InlineData("--handover-window must be at least 0s, not -1s", "demo", "--scale-event", "--handover-window=-1s")]
    [InlineData("'--no-such'", "run", "x", "--no-such")]
    public async Task What_cannot_be_understood_is_named_and_nothing_runs(string expected, params string[] arguments)
    {
        var (exitCode, _, error) = await InvokeAsync(arguments);
        Assert.NotEqual(0, exitCode);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Null(_run);
        Assert.Null(_demo);
    }

    [Fact]
    public async Task Version_names_the_program()
    {
        var (exitCode, output, _) = await InvokeAsync("--version");
        Assert.Equal(0, exitCode);
        Assert.Matches(@"^orleanslb \d+\.\d+\.\d+", output);
    }

    [Fact]
    public async Task Hidden_roles_and_options_stay_out_of_the_help()
    {
        var (_, root, _) = await InvokeAsync("--help");
        Assert.Contains("demo", root, StringComparison.Ordinal);
        Assert.DoesNotContain("sink", root, StringComparison.Ordinal);
        var (_, run, _) = await InvokeAsync("run", "--help");
        Assert.Contains("--shutdown-timeout", run, StringComparison.Ordinal);
        Assert.DoesNotContain("--exit-with-stdin", run, StringComparison.Ordinal);
    }

    private async Task<(int ExitCode, string Output, string Error)> InvokeAsync(params string[] arguments)
    {
        var handlers = new CommandHandlers(
            (options, _) =>
            {
                _run = options;
                return Task.FromResult(0);
            },
            (options, _) =>
            {
                _demo = options;
                return Task.FromResult(0);
            });
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = await OrleansLbCommand.InvokeAsync(arguments, handlers, new InvocationConfiguration { Output = output, Error = error });
        return (exitCode, output.ToString(), error.ToString());
    }
}
