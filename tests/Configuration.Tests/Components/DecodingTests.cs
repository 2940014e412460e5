using OrleansLb.Configuration.Diagnostics;
using OrleansLb.Grains.Options;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Batching;
using OrleansLb.Otlp.Splitting;
using static OrleansLb.Configuration.Tests.Configurations;

namespace OrleansLb.Configuration.Tests.Components;

public sealed class DecodingTests
{
    private const string KeysBySignal = ": traces can be routed by \"traceID\", \"service\" and \"attributes\", "
        + "logs by \"traceID\", \"service\", \"resource\" and \"attributes\", "
        + "metrics by \"service\", \"resource\", \"metric\", \"streamID\" and \"attributes\"";

    private const string AtBlock = "t.alloy:1:1: Failed to build component: ";

    [Fact]
    public void Every_key_of_a_load_balancer_reaches_its_option()
    {
        var balancer = Assert.Single(Valid(Balancer(
            "routing_key = \"service\"\nring = \"collector-36000\"\ndebug_metrics { level = \"none\" }",
            "dns {\nhostname = \"h\"\nport = 55690\ninterval = \"123s\"\ntimeout = \"321s\"\n}",
            "timeout = \"7s\"\nqueue {\nenabled = false\nnum_consumers = \"3\"\nqueue_size = 44\nblock_on_overflow = true\nsizer = \"requests\"\n}\n"
            + "retry {\nenabled = false\ninitial_interval = \"1s\"\nrandomization_factor = 0\nmultiplier = 2\nmax_interval = \"9s\"\nmax_elapsed_time = \"0s\"\n}",
            "compression = \"none\"\nheaders = { a = \"1\", \"b-c\" = 2 }\ntls { insecure = true }")).LoadBalancers);

        Assert.Equal((RoutingKey.Service, RingKind.Collector36000), (balancer.RoutingKey, balancer.Ring));
        Assert.Equal(
            new ResolverOptions.Dns("h") { Port = "55690", Interval = TimeSpan.FromSeconds(123), Timeout = TimeSpan.FromSeconds(321) },
            balancer.Resolver);
        Assert.Equal(TimeSpan.FromSeconds(7), balancer.Timeout);
        Assert.Equal(new QueueOptions { Enabled = false, Consumers = 3, Size = 44, BlockOnOverflow = true }, balancer.Queue);
        Assert.Equal(
            new RetryOptions
            {
                Enabled = false,
                InitialInterval = TimeSpan.FromSeconds(1),
                RandomizationFactor = 0,
                Multiplier = 2,
                MaxInterval = TimeSpan.FromSeconds(9),
                MaxElapsedTime = TimeSpan.Zero,
            },
            balancer.Retry);
        Assert.Equal((true, ContentCoding.Identity), (balancer.Client.Insecure, balancer.Client.Compression));
        Assert.Equal([new("a", "1"), new("b-c", "2")], balancer.Client.Headers);
    }

    [Fact]
    public void Ejection_is_a_block_of_ours_that_needs_no_mention()
    {
        var usual = Assert.Single(Valid(Balancer("")).LoadBalancers);
        Assert.Equal(new EjectionOptions { After = TimeSpan.FromSeconds(10), MaxShare = 0.5 }, usual.Ejection);
        Assert.True(usual.Ejects);
        Assert.False((usual with { Ring = RingKind.Collector }).Ejects);

        var given = Assert.Single(Valid(Balancer("ring = \"collector\"\nejection {\nenabled = true\nafter = \"30s\"\nmax_share = 0.25\n}")).LoadBalancers);
        Assert.Equal(new EjectionOptions { Enabled = true, After = TimeSpan.FromSeconds(30), MaxShare = 0.25 }, given.Ejection);
        Assert.True(given.Ejects);
    }

    [Theory]
    [InlineData("after = \"999ms\"", "must be at least 1s")]
    [InlineData("max_share = 1.1", "must be from 0 to 1")]
    [InlineData("max_share = -1", "must be from 0 to 1")]
    public void Ejection_has_its_limits(string key, string message) =>
        Assert.Contains(message, Assert.Single(Errors(Balancer("ejection {\n" + key + "\n}"))), StringComparison.Ordinal);

    [Fact]
    public void Every_key_of_a_receiver_reaches_its_option()
    {
        var receiver = Assert.Single(Valid(
            "otelcol.exporter.debug \"a\" {}\notelcol.exporter.debug \"b\" {}\n"
            + "otelcol.receiver.otlp \"in\" {\n"
            + "grpc {\nendpoint = \"[::1]:0\"\nmax_recv_msg_size = \"1536KiB\"\nmax_concurrent_streams = 7\nmax_decompressed_size = \"8MiB\"\nread_idle_timeout = \"5s\"\n}\n"
            + "http {\nendpoint = \"localhost:1\"\nmax_request_body_size = \"1MiB\"\nmax_decompressed_size = \"3MiB\"\nread_idle_timeout = \"0s\"\n"
            + "traces_url_path = \"/t\"\nlogs_url_path = \"/l\"\nmetrics_url_path = \"/m\"\n}\n"
            + "output {\ntraces = [otelcol.exporter.debug.b.input, null, otelcol.exporter.debug.a.input]\nlogs = [otelcol.exporter.debug.a.input]\n}\n}").Receivers);

        Assert.Equal(("[::1]:0", 1L << 20, 7, 8L << 20),
            (receiver.Grpc!.Endpoint, receiver.Grpc.MaxReceiveMessageSize, receiver.Grpc.MaxConcurrentStreams, receiver.Grpc.MaxDecompressedSize));
        Assert.Equal(("localhost:1", 1L << 20, 3L << 20), (receiver.Http!.Endpoint, receiver.Http.MaxRequestBodySize, receiver.Http.MaxDecompressedSize));
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.Zero), (receiver.Grpc.ReadIdleTimeout, receiver.Http.ReadIdleTimeout));
        Assert.Equal(("/t", "/l", "/m"), (receiver.Http.TracesPath, receiver.Http.LogsPath, receiver.Http.MetricsPath));
        Assert.Equal(["otelcol.exporter.debug.b", "otelcol.exporter.debug.a"], receiver.Traces);
        Assert.Equal(["otelcol.exporter.debug.a"], receiver.Logs);
        Assert.Empty(receiver.Metrics);
    }

    [Theory]
    [InlineData("max_recv_msg_size = \"512KiB\"", 4L << 20)]
    [InlineData("max_recv_msg_size = \"0\"", 4L << 20)]
    [InlineData("max_recv_msg_size = \"16MiB\"", 16L << 20)]
    public void The_limit_of_messages_counts_in_whole_mebibytes(string keys, long expected) =>
        Assert.Equal(expected, Assert.Single(Valid(Receiver("grpc", keys)).Receivers).Grpc!.MaxReceiveMessageSize);

    [Theory]
    [InlineData("verbosity = \"DeTailed\"", DebugVerbosity.Detailed)]
    [InlineData("verbosity = \"normal\"", DebugVerbosity.Normal)]
    public void Verbosity_has_no_case(string keys, DebugVerbosity expected) =>
        Assert.Equal(expected, Assert.Single(Valid($"otelcol.exporter.debug \"d\" {{ {keys} }}").DebugExporters).Verbosity);

    [Theory]
    [InlineData("routing_key = \"\"", AtBlock + "decoding configuration: invalid routing key \"\"" + KeysBySignal)]
    [InlineData("routing_key = \"randomness\"", AtBlock + "decoding configuration: invalid routing key \"randomness\"" + KeysBySignal)]
    [InlineData("routing_key = true", "t.alloy:2:15: true should be string, got bool")]
    [InlineData("ring = \"x\"", "t.alloy:2:8: \"x\" must be \"partitions\", \"collector\" or \"collector-36000\"")]
    [InlineData("nonsense = 1", "t.alloy:2:1: unrecognized attribute name \"nonsense\"")]
    [InlineData("retry { }", "t.alloy:2:1: unrecognized block name \"retry\"")]
    [InlineData("protocol = \"grpc\"", "t.alloy:2:1: \"protocol\" must be a block, but is used as an attribute")]
    [InlineData("routing_key { }", "t.alloy:2:1: \"routing_key\" must be an attribute, but is used as a block")]
    [InlineData("debug_metrics \"x\" { }", "t.alloy:2:1: block \"debug_metrics\" does not support specifying labels")]
    [InlineData("debug_metrics { level = \"x\" }", "t.alloy:2:25: \"x\" unrecognized debug level \"x\"")]
    public void Mistakes_at_the_top_of_a_load_balancer_are_named(string top, string expected) =>
        Assert.Equal([expected], Errors(Balancer(top)));

    [Fact]
    public void What_is_given_twice_is_named_at_its_place()
    {
        Assert.Equal(["t.alloy:3:1: attribute \"ring\" may only be provided once"], Errors(Balancer("ring = \"collector\"\nring = \"collector\"")));
        Assert.Equal(["t.alloy:2:1: block \"debug_metrics\" may only be specified once"], Errors(Balancer("debug_metrics {}\ndebug_metrics {}")));
    }

    [Theory]
    [InlineData("", "no resolvers specified for the exporter")]
    [InlineData(Static + "\ndns { hostname = \"h\" }", "only one resolver should be specified")]
    [InlineData("static { hostnames = [] }", "no endpoints specified for the static resolver")]
    [InlineData("dns { hostname = \"\" }", "no hostname specified to resolve the backends")]
    public void There_must_be_one_resolver_that_can_work(string resolver, string expected) =>
        Assert.Equal([$"{AtBlock}building component: cannot configure loadbalancing traces exporter: {expected}"], Errors(Balancer(resolver: resolver)));

    [Theory]
    [InlineData("static { }", AtBlock + "decoding configuration: missing required attribute \"hostnames\"")]
    [InlineData("dns { }", AtBlock + "decoding configuration: missing required attribute \"hostname\"")]
    [InlineData("static { hostnames = \"a\" }", "t.alloy:3:33: \"a\" should be array, got string")]
    [InlineData("static { hostnames = [\"a\", true] }", "t.alloy:3:39: true should be string, got bool")]
    [InlineData("static { hostnames = [\"a:b\"] }", "t.alloy:3:34: \"a:b\" address a:b: invalid port")]
    [InlineData("static { hostnames = [\"a\", \"b;weight=1001\"] }", "t.alloy:3:39: \"b;weight=1001\" has a weight that is no whole number from 0 to 1000")]
    [InlineData("static { hostnames = [\"a:1;weight=x\"] }", "t.alloy:3:34: \"a:1;weight=x\" has a weight that is no whole number from 0 to 1000")]
    [InlineData("static { hostnames = [\"a:1;weight=1;weight=1\"] }", "t.alloy:3:34: \"a:1;weight=1;weight=1\" has two weights")]
    [InlineData("static { hostnames = [\"a:1;zone=b\"] }", "t.alloy:3:34: \"a:1;zone=b\" has the unknown setting \"zone\"; ;weight=N is known")]
    [InlineData("static { hostnames = [\";weight=2\"] }", "t.alloy:3:34: \";weight=2\" is an empty address")]
    [InlineData("static { hostnames = [\"a;weight=0\", \"b;weight=0\"] }", "t.alloy:3:33: every backend has the weight 0")]
    [InlineData("static { hostnames = [\"a\", \"a;weight=2\"] }", "t.alloy:3:39: \"a;weight=2\" gives \"a\" another weight than before")]
    [InlineData("dns {\nhostname = \"h\"\ninterval = \"5x\"\n}", "t.alloy:5:12: \"5x\" time: unknown unit \"x\" in duration \"5x\"")]
    [InlineData("dns {\nhostname = \"h\"\nport = \"http\"\n}", "t.alloy:5:8: \"http\" is not a port between 1 and 65535")]
    [InlineData("dns {\nhostname = \"h\"\nport = 0\n}", "t.alloy:5:8: 0 is not a port between 1 and 65535")]
    [InlineData("dns {\nhostname = \"tempo.svc:4317\"\n}", "t.alloy:4:12: \"tempo.svc:4317\" names a port, which has a key of its own: write port = \"4317\"")]
    [InlineData("dns {\nhostname = \"[::1]:55\"\n}", "t.alloy:4:12: \"[::1]:55\" names a port, which has a key of its own: write port = \"55\"")]
    [InlineData("dns {\nhostname = \"dns:///tempo.svc\"\n}", "t.alloy:4:12: \"dns:///tempo.svc\" names the scheme dns, leave it out")]
    [InlineData("dns {\nhostname = \"http://tempo.svc:80/\"\n}", "t.alloy:4:12: \"http://tempo.svc:80/\" names the scheme http, leave it out")]
    [InlineData("dns {\nhostname = \"a b\"\n}", "t.alloy:4:12: \"a b\" holds a blank")]
    [InlineData("static { hostnames = [\"a\", \"\"] }", "t.alloy:3:39: \"\" is an empty address")]
    [InlineData("static { hostnames = [\" \"] }", "t.alloy:3:34: \" \" is an empty address")]
    [InlineData("static { hostnames = [\"a:1,b:1\"] }", "t.alloy:3:34: \"a:1,b:1\" holds several endpoints, each needs an entry of its own")]
    [InlineData("static { hostnames = [\"user@a:1\"] }", "t.alloy:3:34: \"user@a:1\" names a user before the @, leave it out")]
    [InlineData("static { hostnames = [\"a/b:1\"] }", "t.alloy:3:34: \"a/b:1\" has a path, leave it out")]
    [InlineData("static { hostnames = [\"a b:1\"] }", "t.alloy:3:34: \"a b:1\" holds a blank")]
    [InlineData("static { hostnames = [\"unix:/run/a.sock\"] }", "t.alloy:3:34: \"unix:/run/a.sock\" names the scheme unix, leave it out")]
    [InlineData("static { hostnames = [\"passthrough:///a:1\"] }", "t.alloy:3:34: \"passthrough:///a:1\" names the scheme passthrough, leave it out")]
    [InlineData("static { hostnames = [\"a:0\"] }", "t.alloy:3:34: \"a:0\" address a:0: invalid port, it must be from 1 to 65535")]
    public void Mistakes_in_a_resolver_are_named(string resolver, string expected) =>
        Assert.Equal([expected], Errors(Balancer(resolver: resolver)));

    [Fact]
    public void Blanks_around_an_endpoint_are_no_part_of_it()
    {
        var balancer = Assert.Single(Valid(Balancer(resolver: "static { hostnames = [\" a:1\", \"b \\t\", \" c ; weight=2 \"] }")).LoadBalancers);
        Assert.Equal(["a:1", "b", new("c", 2)], Assert.IsType<ResolverOptions.Static>(balancer.Resolver).Backends);

        balancer = Assert.Single(Valid(Balancer(resolver: "dns {\nhostname = \" h\\n\"\nport = \" 55\"\n}")).LoadBalancers);
        Assert.Equal(("h", "55"), (Assert.IsType<ResolverOptions.Dns>(balancer.Resolver).Hostname, ((ResolverOptions.Dns)balancer.Resolver).Port));
    }

    [Fact]
    public void Backends_may_have_weights()
    {
        var balancer = Assert.Single(Valid(Balancer(resolver: "static { hostnames = [\"a:1;weight=2\", \"b\", \"[::1]:5;weight=0\", \"b;weight=1\"] }")).LoadBalancers);
        Assert.Equal([new("a:1", 2), "b", new("[::1]:5", 0), "b"], Assert.IsType<ResolverOptions.Static>(balancer.Resolver).Backends);
    }

    [Theory]
    [InlineData("collector")]
    [InlineData("collector-36000")]
    public void Weights_on_a_ring_that_knows_none_are_a_mistake(string ring) => Assert.Equal(
        ["t.alloy:3:39: \"b;weight=2\" has a weight, which only the ring \"partitions\" knows"],
        Errors(Balancer($"ring = \"{ring}\"", "static { hostnames = [\"a\", \"b;weight=2\"] }")));

    [Theory]
    [InlineData("debounce = \"-1s\"", "t.alloy:2:12: \"-1s\" must not be negative")]
    [InlineData("debounce = \"2m\"", "t.alloy:2:12: \"2m\" must be at most 1 minutes")]
    [InlineData("replacement_window = \"61m\"", "t.alloy:2:22: \"61m\" must be at most 60 minutes")]
    [InlineData("replicas = \"three\"", "t.alloy:2:12: \"three\" must be \"several\" or \"alone\"")]
    [InlineData("replicas = 1", "t.alloy:2:12: 1 must be \"several\" or \"alone\"")]
    [InlineData("stale_grace = \"-5m\"", "t.alloy:2:15: \"-5m\" must not be negative")]
    [InlineData("stale_grace = \"169h\"", "t.alloy:2:15: \"169h\" must be at most 10080 minutes")]
    [InlineData("handover_window = \"-1s\"", "t.alloy:2:19: \"-1s\" must not be negative")]
    [InlineData("handover_window = \"61m\"", "t.alloy:2:19: \"61m\" must be at most 60 minutes")]
    [InlineData("handover_window = \"soon\"", "t.alloy:2:19: \"soon\" time: invalid duration \"soon\"")]
    [InlineData("handover_memory = \"1MiB\"", "t.alloy:2:19: \"1MiB\" must be from 8MiB to 4GiB")]
    [InlineData("handover_memory = \"5GiB\"", "t.alloy:2:19: \"5GiB\" must be from 8MiB to 4GiB")]
    public void Mistakes_in_the_times_of_membership_are_named(string top, string expected) => Assert.Equal([expected], Errors(Balancer(top)));

    [Fact]
    public void The_times_of_membership_have_defaults_and_can_be_set()
    {
        Assert.Equal(
            new MembershipOptions { Debounce = TimeSpan.FromSeconds(1), ReplacementWindow = TimeSpan.FromSeconds(10), StaleGrace = TimeSpan.Zero },
            Assert.Single(Valid(Balancer()).LoadBalancers).Membership);
        Assert.Equal(
            new MembershipOptions { Debounce = TimeSpan.Zero, Replicas = ReplicaMode.Alone, ReplacementWindow = TimeSpan.FromHours(1), StaleGrace = TimeSpan.FromMinutes(5) },
            Assert.Single(Valid(Balancer("debounce = \"0s\"\nreplicas = \"alone\"\nreplacement_window = \"1h\"\nstale_grace = \"5m\"")).LoadBalancers).Membership);
    }

    [Theory]
    [InlineData("replacement_window = \"20s\"", "t.alloy:2:22: replacement_window has no effect without replicas = \"alone\": other replicas would not know of the seat that is kept")]
    [InlineData("replacement_window = \"20s\"\nreplicas = \"several\"", "t.alloy:2:22: replacement_window has no effect without replicas = \"alone\": other replicas would not know of the seat that is kept")]
    [InlineData("replacement_window = \"0s\"", null)]
    [InlineData("replacement_window = \"20s\"\nreplicas = \"alone\"", null)]
    [InlineData("", null)]
    public void A_replacement_window_that_has_no_effect_is_a_warning(string top, string? expected)
    {
        var loaded = Load(Balancer(top));
        Assert.Single(loaded.Configuration!.LoadBalancers);
        Assert.Equal(expected, loaded.Diagnostics.SingleOrDefault()?.ToString());
        Assert.All(loaded.Diagnostics, static diagnostic => Assert.Equal(DiagnosticSeverity.Warning, diagnostic.Severity));
    }

    [Fact]
    public void The_hand_over_is_off_unless_it_has_a_window_and_works_with_every_ring()
    {
        Assert.Equal(TimeSpan.Zero, Assert.Single(Valid(Balancer()).LoadBalancers).Membership.HandoverWindow);
        foreach (string ring in (string[])["partitions", "collector", "collector-36000"])
        {
            Assert.Equal(
                new MembershipOptions { HandoverWindow = TimeSpan.FromSeconds(30), HandoverMemory = 64 << 20 },
                Assert.Single(Valid(Balancer($"ring = \"{ring}\"\nhandover_window = \"30s\"\nhandover_memory = \"64MiB\"")).LoadBalancers).Membership);
        }
    }

    [Theory]
    [InlineData("queue { queue_size = 0 }", AtBlock + "decoding configuration: queue_size must be greater than zero")]
    [InlineData("queue { sizer = \"x\" }", AtBlock + "decoding configuration: invalid sizer: x")]
    [InlineData("queue { num_consumers = 0 }", "t.alloy:6:25: 0 must be at least 1")]
    [InlineData("queue { blocking = true }", "t.alloy:6:9: unrecognized attribute name \"blocking\"")]
    [InlineData("retry { multiplier = 1 }", AtBlock + "decoding configuration: multiplier must be greater than 1.0")]
    [InlineData("retry { randomization_factor = -0.1 }", AtBlock + "decoding configuration: randomization_factor must be greater or equal to 0")]
    [InlineData("sending_queue { }", "t.alloy:6:1: unrecognized block name \"sending_queue\"")]
    [InlineData("timeout = \"-1s\"", "t.alloy:6:11: \"-1s\" must not be negative")]
    public void Mistakes_in_otlp_are_named(string otlp, string expected) =>
        Assert.Equal([expected], Errors(Balancer(otlp: otlp)));

    public static TheoryData<string, string> QueueMistakes => new()
    {
        { "queue_size = 0", "queue_size must be greater than zero" },
        { "queue_size = -1", "queue_size must be greater than zero" },
        { "sizer = \"spans\"", "invalid sizer: spans" },
        { "batch { flush_timeout = \"0s\" }", "`flush_timeout` must be positive" },
        { "batch { flush_timeout = \"-1s\" }", "`flush_timeout` must be positive" },
        { "batch { min_size = -1 }", "`min_size` must be non-negative" },
        { "batch { max_size = -1 }", "`max_size` must be non-negative" },
        { "batch { max_size = 1999 }", "`max_size` must be greater or equal to `min_size`" },
        { "batch { sizer = \"requests\" }", "`batch` supports only `items` or `bytes` sizer" },
        { "sizer = \"items\"\nbatch { }", "`min_size` must be less than or equal to `queue_size`" },
        { "sizer = \"bytes\"\nbatch { sizer = \"bytes\" }", "`min_size` must be less than or equal to `queue_size`" },
    };

    [Theory]
    [MemberData(nameof(QueueMistakes))]
    public void Mistakes_in_both_queues_are_named_in_Alloys_words(string keys, string expected)
    {
        Assert.Equal([$"{AtBlock}decoding configuration: {expected}"], Errors(Balancer(otlp: $"queue {{\n{keys}\n}}")));
        Assert.Equal([$"{AtBlock}decoding configuration: {expected}"], Errors(Balancer($"sending_queue {{\n{keys}\n}}")));
    }

    [Theory]
    [InlineData("queue {\nqueue_size = true\n}", "t.alloy:7:14: true should be number, got bool")]
    [InlineData("queue {\nstore_after = \"61s\"\n}", "t.alloy:7:15: \"61s\" must be at most 1 minutes")]
    [InlineData("queue {\nwait_for_result = 1\n}", "t.alloy:7:19: 1 should be bool, got number")]
    [InlineData("queue {\nbatch {\nmin_size = 3000000000\n}\n}", "t.alloy:8:12: 3000000000 is out of range: it must be between -2147483648 and 2147483647")]
    [InlineData("queue {\nbatch {\nflush_timeout = \"5\"\n}\n}", "t.alloy:8:17: \"5\" time: missing unit in duration \"5\"")]
    [InlineData("queue {\nbatch = { }\n}", "t.alloy:7:1: \"batch\" must be a block, but is used as an attribute")]
    public void Values_of_the_wrong_type_are_named_at_their_place(string otlp, string expected) =>
        Assert.Equal([expected], Errors(Balancer(otlp: otlp)));

    [Fact]
    public void Every_key_of_a_queue_reaches_its_option()
    {
        var queue = Assert.Single(Valid(Balancer(
            otlp: "queue {\nqueue_size = 4294967296\nsizer = \"bytes\"\nwait_for_result = true\nstore_after = \"50ms\"\n"
            + "batch {\nflush_timeout = \"100ms\"\nmin_size = 4096\nmax_size = 16384\nsizer = \"bytes\"\n}\n}")).LoadBalancers).Queue;

        Assert.Equal(
            new QueueOptions
            {
                Size = 4L << 30,
                Sizer = QueueSizer.Bytes,
                WaitForResult = true,
                StoreAfter = TimeSpan.FromMilliseconds(50),
                Batch = new BatchOptions { FlushTimeout = TimeSpan.FromMilliseconds(100), MinSize = 4096, MaxSize = 16384, Sizer = ItemSizer.Bytes },
            },
            queue);
    }

    [Fact]
    public void A_sending_queue_is_off_unless_it_is_there_and_on_with_the_defaults_of_a_queue()
    {
        Assert.Null(Assert.Single(Valid(Balancer()).LoadBalancers).SendingQueue);
        Assert.Equal(new QueueOptions(), Assert.Single(Valid(Balancer("sending_queue { }")).LoadBalancers).SendingQueue);
        Assert.Null(Assert.Single(Valid(Balancer("sending_queue {\nenabled = false\nqueue_size = 0\n}")).LoadBalancers).SendingQueue);
    }

    [Fact]
    public void Both_levels_have_queues_of_their_own()
    {
        var balancer = Assert.Single(Valid(Balancer(
            "sending_queue {\nnum_consumers = 3\nqueue_size = 50000\nsizer = \"items\"\nblock_on_overflow = true\n"
            + "batch {\nmin_size = 100\nmax_size = 0\n}\n}",
            otlp: "queue {\nenabled = false\n}")).LoadBalancers);

        Assert.False(balancer.Queue.Enabled);
        Assert.Equal(
            new QueueOptions { Consumers = 3, Size = 50000, Sizer = QueueSizer.Items, BlockOnOverflow = true, Batch = new BatchOptions { MinSize = 100, MaxSize = 0 } },
            balancer.SendingQueue);
    }

    [Theory]
    [InlineData("initial_interval = \"0s\"", "t.alloy:3:1: initial_interval is zero, which would retry without a pause: its default \"5s\" is used")]
    [InlineData("max_interval = \"0s\"", "t.alloy:3:1: max_interval is zero, which would retry without a pause: its default \"30s\" is used")]
    [InlineData("multiplier = 0", "t.alloy:3:1: multiplier is zero, which would retry without a pause: its default 1.5 is used")]
    public void A_back_off_of_zeros_at_the_top_level_is_a_warning(string key, string expected)
    {
        var loaded = Load(Balancer($"retry_on_failure {{\n{key}\n}}"));

        var warning = Assert.Single(loaded.Diagnostics);
        Assert.Equal((DiagnosticSeverity.Warning, expected), (warning.Severity, warning.ToString()));
        Assert.Equal(new RetryOptions(), Assert.Single(loaded.Configuration!.LoadBalancers).RetryOnFailure);
    }

    [Theory]
    [InlineData("multiplier = 1", "multiplier must be greater than 1.0")]
    [InlineData("enabled = false\nrandomization_factor = -0.5", "randomization_factor must be greater or equal to 0")]
    public void The_retry_at_the_top_level_has_the_checks_of_the_other_one(string keys, string expected) =>
        Assert.Equal([$"{AtBlock}decoding configuration: {expected}"], Errors(Balancer($"retry_on_failure {{\n{keys}\n}}")));

    [Fact]
    public void The_top_level_has_no_retry_and_no_timeout_unless_they_are_written()
    {
        var plain = Assert.Single(Valid(Balancer()).LoadBalancers);
        Assert.Null(plain.RetryOnFailure);
        Assert.Equal(TimeSpan.Zero, plain.FanOutTimeout);

        var off = Assert.Single(Valid(Balancer("retry_on_failure { enabled = false }")).LoadBalancers);
        Assert.Null(off.RetryOnFailure);

        var on = Assert.Single(Valid(Balancer("timeout = \"7s\"\nretry_on_failure { max_elapsed_time = \"1m\" }")).LoadBalancers);
        Assert.Equal(new RetryOptions { MaxElapsedTime = TimeSpan.FromMinutes(1) }, on.RetryOnFailure);
        Assert.Equal(TimeSpan.FromSeconds(7), on.FanOutTimeout);
        Assert.Equal(["t.alloy:2:11: \"-1s\" must not be negative"], Errors(Balancer("timeout = \"-1s\"")));
    }

    [Fact]
    public void A_queue_that_is_off_does_not_batch() => Assert.Null(
        Assert.Single(Valid(Balancer(otlp: "queue {\nenabled = false\nbatch {\nmin_size = -1\n}\n}")).LoadBalancers).Queue.Batch);

    [Fact]
    public void A_queue_that_is_off_is_not_checked() =>
        Assert.False(Assert.Single(Valid(Balancer(otlp: "queue {\nenabled = false\nqueue_size = 0\n}")).LoadBalancers).Queue.Enabled);

    [Theory]
    [InlineData("endpoint = \"noop\"", "t.alloy:8:1: unrecognized attribute name \"endpoint\"")]
    [InlineData("compression = \"zstd\"", "t.alloy:8:15: compression type \"zstd\" is not supported yet")]
    [InlineData("compression = \"zlib\"", "t.alloy:8:15: \"zlib\" unsupported compression type \"zlib\"")]
    [InlineData("compression = \"x\"", "t.alloy:8:15: \"x\" unrecognized compression type \"x\"")]
    [InlineData("headers = { a = true }", "t.alloy:8:17: true should be string, got bool")]
    [InlineData("headers = { \"a b\" = \"x\" }", "t.alloy:8:11: \"a b\" is not a header name")]
    [InlineData("headers = { a = \"x\\ny\" }", "t.alloy:8:11: the value of header \"a\" holds characters other than printable ASCII")]
    public void Mistakes_in_a_client_are_named(string client, string expected) =>
        Assert.Equal([expected], Errors(Balancer(client: client)));

    [Theory]
    [InlineData("resolver { }", "protocol")]
    [InlineData("protocol { otlp { client {} } }", "resolver")]
    [InlineData("resolver { }\nprotocol { }", "otlp")]
    [InlineData("resolver { }\nprotocol { otlp { } }", "client")]
    public void Required_blocks_are_missed(string body, string missing) => Assert.Equal(
        [$"{AtBlock}decoding configuration: missing required block \"{missing}\""],
        Errors($"otelcol.exporter.loadbalancing \"lb\" {{\n{body}\n}}"));

    [Theory]
    [InlineData("grpc", "endpoint = \"localhost\"", "t.alloy:3:12: \"localhost\" address localhost: missing port in address")]
    [InlineData("grpc", "endpoint = \"::1:4317\"", "t.alloy:3:12: \"::1:4317\" address ::1:4317: too many colons in address, write [::1]:4317 or [::1:4317]")]
    [InlineData("grpc", "endpoint = \"a:99999\"", "t.alloy:3:12: \"a:99999\" address a:99999: invalid port")]
    [InlineData("grpc", "max_recv_msg_size = 512", "t.alloy:3:21: 512 units: unknown unit  in 512")]
    [InlineData("grpc", "max_concurrent_streams = -1", "t.alloy:3:26: -1 must be at least 0")]
    [InlineData("grpc", "read_idle_timeout = \"-1s\"", "t.alloy:3:21: \"-1s\" must not be negative")]
    [InlineData("http", "read_idle_timeout = \"25h\"", "t.alloy:3:21: \"25h\" must be at most 1440 minutes")]
    [InlineData("http", "traces_url_path = \"\"", AtBlock + "decoding configuration: traces_url_path cannot be empty")]
    [InlineData("http", "logs_url_path = \"v1\"", "t.alloy:3:17: invalid logs_url_path: \"v1\" is not an absolute URL path")]
    public void Mistakes_in_a_listener_are_named(string listener, string keys, string expected) =>
        Assert.Equal([expected], Errors(Receiver(listener, keys)));

    [Fact]
    public void A_receiver_needs_an_output() => Assert.Equal(
        [AtBlock + "decoding configuration: missing required block \"output\""],
        Errors("otelcol.receiver.otlp \"in\" { grpc {} }"));

    [Fact]
    public void A_mistake_about_the_whole_block_spans_it()
    {
        var diagnostic = Assert.Single(Load("otelcol.receiver.otlp \"in\" {\ngrpc {}\n}\n").Diagnostics);

        Assert.Equal((1, 1, 3, 1), (diagnostic.Line, diagnostic.Column, diagnostic.EndLine, diagnostic.EndColumn));
        Assert.Equal(DiagnosticSeverity.Error, diagnostic.Severity);
    }

    [Theory]
    [InlineData("verbosity = \"loud\"", AtBlock + "building component: error in conversion to config arguments, invalid verbosity \"loud\"")]
    [InlineData("sampling_initial = -1", "t.alloy:1:49: -1 must be at least 0")]
    public void Mistakes_in_a_debug_exporter_are_named(string keys, string expected) =>
        Assert.Equal([expected], Errors($"otelcol.exporter.debug \"d\" {{ {keys} }}"));

    [Theory]
    [InlineData("level = \"loud\"", "t.alloy:1:19: \"loud\" unrecognized log level \"loud\"")]
    [InlineData("format = \"xml\"", "t.alloy:1:20: \"xml\" unrecognized log format \"xml\"")]
    [InlineData("destination = \"windows_event_log\"", "t.alloy:1:11: attribute \"destination\" is not supported yet")]
    public void Mistakes_in_the_log_are_named(string keys, string expected) =>
        Assert.Equal([expected], Errors($"logging {{ {keys} }}"));
}
