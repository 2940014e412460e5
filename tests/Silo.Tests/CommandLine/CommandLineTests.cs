using System.CommandLine;
using OrleansLb.Clustering.Settings;
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
            WithoutFlags());
    }

    [Fact]
    public async Task Run_takes_its_options_in_both_notations()
    {
        await InvokeAsync(
            "run", "x.alloy", "--server.http.listen-addr=:9999", "--storage.path", "/tmp/s", "--stability.level=experimental",
            "--shutdown-timeout", "1m30s", "--memory-limit", "512MiB", "--loopback-only", "--dns.hosts-file", "hosts", "--dashboard");
        Assert.Equal(
            new RunOptions
            {
                ConfigurationPath = "x.alloy",
                ListenAddress = ":9999",
                StoragePath = "/tmp/s",
                KeepsRecords = true,
                StabilityLevel = StabilityLevel.Experimental,
                ShutdownTimeout = TimeSpan.FromSeconds(90),
                MemoryLimit = new MemoryLimit(512L << 20, 0),
                Dashboard = true,
                LoopbackOnly = true,
                HostsFile = "hosts",
            },
            WithoutFlags());
    }

    [Fact]
    public async Task Run_takes_the_flags_of_a_cluster()
    {
        await InvokeAsync(
            "run", "x.alloy", "--role", "silo", "--role=ingress", "--cluster.clustering=redis", "--cluster.cluster-id", "c", "--cluster.service-id=s", "--cluster.silo-name=n",
            "--cluster.connection-string=h:1,password=p", "--cluster.connection-string-file=f", "--cluster.advertised-address=10.0.0.1",
            "--cluster.silo-port=1", "--cluster.silo-port=2", "--cluster.gateway-port=3", "--cluster.insecure");

        Assert.Equal(ProcessRole.Ingress, _run!.Role);
        Assert.Equal(
            new ClusterFlags
            {
                Clustering = "redis",
                ClusterId = "c",
                ServiceId = "s",
                SiloName = "n",
                ConnectionString = new Secret("h:1,password=p"),
                ConnectionStringFile = "f",
                AdvertisedAddress = "10.0.0.1",
                SiloPort = 2,
                GatewayPort = 3,
                Insecure = true,
            },
            _run.Cluster);
        Assert.DoesNotContain("password", _run.ToString(), StringComparison.Ordinal);
        Assert.Empty(Names());
    }

    [Theory]
    [InlineData("invalid role \"both\": expected all, silo, ingress", "--role=both")]
    [InlineData("clustering = \"kubernetes\" is not supported yet", "--cluster.clustering=kubernetes")]
    [InlineData("clustering \"etcd\" is unknown: it must be \"redis\", \"postgres\", \"file\" or \"none\"", "--cluster.clustering=etcd")]
    [InlineData("advertised_address \"host\" is no IP address", "--cluster.advertised-address=host")]
    [InlineData("invalid value \"0\" for --cluster.silo-port: expected a port between 1 and 65535", "--cluster.silo-port=0")]
    public async Task What_is_wrong_with_a_flag_of_a_cluster_is_said(string message, string flag)
    {
        var (exitCode, _, error) = await InvokeAsync("run", "x.alloy", flag);
        Assert.Equal(1, exitCode);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_flag_that_is_given_twice_the_last_value_counts()
    {
        await InvokeAsync(
            "run", "x.alloy", "--server.http.listen-addr=0.0.0.0:12345", "--storage.path=/a", "--stability.level=generally-available", "--shutdown-timeout=1s",
            "--memory-limit=1GiB", "--loopback-only", "--cluster.enabled", "--dns.hosts-file=a", "--config.format=alloy", "--cluster.name=a",
            "--server.http.listen-addr=:9999", "--storage.path", "/b", "--stability.level", "experimental", "--shutdown-timeout", "2s",
            "--memory-limit", "512MiB", "--loopback-only=false", "--cluster.enabled=false", "--dns.hosts-file", "b", "--config.format", "flow", "--cluster.name", "b");
        Assert.Equal(
            new RunOptions
            {
                ConfigurationPath = "x.alloy",
                ListenAddress = ":9999",
                StoragePath = "/b",
                KeepsRecords = true,
                StabilityLevel = StabilityLevel.Experimental,
                ShutdownTimeout = TimeSpan.FromSeconds(2),
                MemoryLimit = new MemoryLimit(512L << 20, 0),
                HostsFile = "b",
            },
            WithoutFlags());
        Assert.Equal(["--cluster.name"], Names());
    }

    [Fact]
    public async Task A_value_of_an_earlier_occurrence_is_not_looked_at()
    {
        Assert.Equal(0, (await InvokeAsync("run", "x.alloy", "--stability.level=nonsense", "--stability.level=experimental")).ExitCode);
        Assert.Equal(StabilityLevel.Experimental, _run!.StabilityLevel);
    }

    [Theory]
    [InlineData("--disable-reporting", "x.alloy")]
    [InlineData("--disable-reporting=true", "x.alloy")]
    [InlineData("--disable-reporting=1", "x.alloy")]
    [InlineData("x.alloy", "--disable-reporting=T")]
    [InlineData("x.alloy", "--disable-reporting=false", "--disable-reporting")]
    [InlineData("x.alloy", "--disable-reporting", "--disable-reporting")]
    [InlineData("--disable-reporting", "--disable-reporting=TRUE", "x.alloy")]
    public async Task A_switch_is_on(params string[] arguments)
    {
        var (exitCode, _, error) = await InvokeAsync(["run", .. arguments]);
        Assert.True(exitCode == 0, error);
        Assert.Equal("x.alloy", _run!.ConfigurationPath);
        Assert.Equal(["--disable-reporting"], Names());
    }

    [Theory]
    [InlineData("--disable-reporting=false", "x.alloy")]
    [InlineData("--disable-reporting=0", "x.alloy")]
    [InlineData("x.alloy", "--disable-reporting", "--disable-reporting=False")]
    public async Task A_switch_is_off(params string[] arguments)
    {
        var (exitCode, _, error) = await InvokeAsync(["run", .. arguments]);
        Assert.True(exitCode == 0, error);
        Assert.Equal("x.alloy", _run!.ConfigurationPath);
        Assert.Empty(Names());
    }

    [Theory]
    [InlineData("--cluster.join-addresses=", "x.alloy")]
    [InlineData("x.alloy", "--cluster.join-addresses=", "--cluster.name=a", "--cluster.name=")]
    public async Task A_text_that_is_empty_asks_for_nothing(params string[] arguments)
    {
        var (exitCode, _, error) = await InvokeAsync(["run", .. arguments]);
        Assert.True(exitCode == 0, error);
        Assert.Equal("x.alloy", _run!.ConfigurationPath);
        Assert.DoesNotContain("--cluster.join-addresses", Names());
    }

    [Fact]
    public async Task Alloys_other_flags_are_accepted_and_named()
    {
        // as the charts of Alloy and their users write them
        string[] flags =
        [
            "--server.http.memory-addr=alloy.internal:12345", "--server.http.ui-path-prefix=/", "--server.http.enable-pprof=true", "--server.http.disable-support-bundle",
            "--server.http.enable-graphql", "--server.http.enable-graphql-playground", "--disable-reporting", "--config.bypass-conversion-errors",
            "--config.extra-args=--a --b", "--cluster.enabled=true", "--cluster.node-name=n", "--cluster.advertise-address=10.0.0.1:80",
            "--cluster.advertise-interfaces=eth0,en0", "--cluster.join-addresses=alloy-cluster", "--cluster.discover-peers=provider=aws key=x",
            "--cluster.rejoin-interval=60s", "--cluster.max-join-peers=5", "--cluster.name=\"c\"", "--cluster.enable-tls", "--cluster.tls-ca-path=/ca",
            "--cluster.tls-cert-path=/cert", "--cluster.tls-key-path=/key", "--cluster.tls-server-name=s", "--cluster.wait-for-size=3", "--cluster.wait-timeout=0",
            "--cluster.use-discovery-v1", "--feature.community-components.enabled", "--feature.prometheus.direct-fanout.enabled",
            "--feature.prometheus.metric-validation-scheme=utf8", "--feature.component-shutdown-deadline=10m", "--windows.priority=above_normal",
        ];
        var (exitCode, _, error) = await InvokeAsync(["run", "x.alloy", .. flags, "--config.format=alloy"]);
        Assert.True(exitCode == 0, error);
        Assert.Equal(flags.Select(static flag => flag.Split('=')[0]), Names());
        Assert.Equal(["--cluster.enabled"], _run!.WithoutEffect.Where(static flag => flag.AsksForMore).Select(static flag => flag.Name));
        Assert.All(_run.WithoutEffect, static flag => Assert.NotEmpty(flag.Reason));
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
    [InlineData("'--no-such'", "run", "--no-such", "x")]
    [InlineData("'--no-such=1'", "run", "--no-such=1", "x", "--cluster.enabled")]
    [InlineData("'--server.http.ui-path-prefi=/'", "run", "x", "--server.http.ui-path-prefi=/")]
    [InlineData("'--cluster.no-such'", "run", "x", "--cluster.no-such")]
    [InlineData("invalid value \"yes\" for --cluster.enabled: expected true or false", "run", "x", "--cluster.enabled=yes")]
    [InlineData("invalid value \"many\" for --cluster.wait-for-size: expected a number", "run", "x", "--cluster.wait-for-size=many")]
    [InlineData("invalid value for --cluster.rejoin-interval: time: ", "run", "x", "--cluster.rejoin-interval=soon")]
    [InlineData("--config.format=otelcol is not supported yet: only alloy is", "run", "x", "--config.format=otelcol")]
    [InlineData("invalid value \"toml\" for --config.format: expected alloy", "run", "x", "--config.format", "toml")]
    [InlineData("--backends must be from 1 to 50, not 0", "demo", "--backends", "0")]
    [InlineData("--rate must be at least 100 spans per second, not 3", "demo", "--rate", "3")]
    [InlineData("--silos must be from 1 to 10, not 11", "demo", "--silos", "11")]
    [InlineData("--silos and --scale-event exclude each other", "demo", "--silos", "3", "--scale-event")]
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

    // lists are compared by identity
    private RunOptions WithoutFlags() => _run! with { WithoutEffect = new RunOptions { ConfigurationPath = "" }.WithoutEffect };

    private IEnumerable<string> Names() => _run!.WithoutEffect.Select(static flag => flag.Name);

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
