using static OrleansLb.Configuration.Tests.Configurations;

namespace OrleansLb.Configuration.Tests.Components;

/// <summary>What Alloy knows and this program does not: named at its place, unless it only says what is the case anyway.</summary>
public sealed class NotSupportedTests
{
    [Theory]
    [InlineData("transport = \"unix\"")]
    [InlineData("read_buffer_size = \"1MiB\"")]
    [InlineData("write_buffer_size = \"1MiB\"")]
    [InlineData("include_metadata = true")]
    [InlineData("auth = otelcol.auth.basic.creds.handler")]
    [InlineData("tls { cert_file = \"x\" }")]
    [InlineData("keepalive { }")]
    public void Keys_of_a_grpc_listener(string key) => AssertNamed(
        Receiver("grpc", key), key, 3, key.StartsWith("auth", StringComparison.Ordinal));

    [Theory]
    [InlineData("compression_algorithms = [\"gzip\"]")]
    [InlineData("include_metadata = true")]
    [InlineData("keep_alives_enabled = false")]
    [InlineData("idle_timeout = \"2m\"")]
    [InlineData("read_header_timeout = \"2m\"")]
    [InlineData("write_timeout = \"31s\"")]
    [InlineData("read_timeout = \"1s\"")]
    [InlineData("auth = otelcol.auth.basic.creds.handler")]
    [InlineData("tls { }")]
    [InlineData("cors { allowed_origins = [\"*\"] }")]
    public void Keys_of_an_http_listener(string key) => AssertNamed(
        Receiver("http", key), key, 3, key.StartsWith("auth", StringComparison.Ordinal));

    [Theory]
    [InlineData("kubernetes {\nservice = \"s\"\n}")]
    [InlineData("aws_cloud_map {\nnamespace = \"n\"\nservice_name = \"s\"\n}")]
    public void Resolvers(string key) => AssertNamed(Balancer(resolver: "\n" + key), key, 4);

    [Theory]
    [InlineData("read_buffer_size = \"1KiB\"")]
    [InlineData("write_buffer_size = \"1KiB\"")]
    [InlineData("wait_for_ready = true")]
    [InlineData("balancer_name = \"pick_first\"")]
    [InlineData("authority = \"a\"")]
    [InlineData("auth = otelcol.auth.basic.creds.handler")]
    [InlineData("keepalive { ping_wait = \"1s\" }")]
    public void Keys_of_a_client(string key) =>
        AssertNamed(Balancer(client: key), key, 8, key.StartsWith("auth =", StringComparison.Ordinal));

    [Theory]
    [InlineData("ca_pem = \"x\"")]
    [InlineData("ca_file = \"x\"")]
    [InlineData("cert_pem = \"x\"")]
    [InlineData("cert_file = \"x\"")]
    [InlineData("key_pem = \"x\"")]
    [InlineData("key_file = \"x\"")]
    [InlineData("min_version = \"TLS12\"")]
    [InlineData("max_version = \"TLS13\"")]
    [InlineData("server_name = \"x\"")]
    [InlineData("cipher_suites = [\"x\"]")]
    [InlineData("curve_preferences = [\"x\"]")]
    [InlineData("include_system_ca_certs_pool = true")]
    [InlineData("include_insecure_cipher_suites = true")]
    [InlineData("insecure_skip_verify = true")]
    [InlineData("reload_interval = \"1s\"")]
    [InlineData("tpm { }")]
    public void Keys_of_a_clients_tls(string key) => AssertNamed(Balancer(client: $"tls {{\n{key}\n}}"), key, 9);

    [Theory]
    [InlineData("use_internal_logger = false")]
    [InlineData("output_paths = [\"stdout\"]")]
    public void Keys_of_a_debug_exporter(string key) => AssertNamed($"otelcol.exporter.debug \"d\" {{\n{key}\n}}", key, 2);

    [Fact]
    public void Defaults_that_are_written_out_are_accepted()
    {
        Valid(Receiver("grpc", "transport = \"tcp\"\nread_buffer_size = \"512KiB\"\nwrite_buffer_size = \"0\"\ninclude_metadata = false\nauth = null"));
        Valid(Receiver("http", "compression_algorithms = [\"\", \"gzip\", \"zstd\", \"zlib\", \"snappy\", \"deflate\", \"lz4\"]\ninclude_metadata = false\n"
            + "keep_alives_enabled = true\nidle_timeout = \"1m0s\"\nread_header_timeout = \"60s\"\nwrite_timeout = \"30s\"\nread_timeout = \"0s\""));
        Valid(Balancer(
            "timeout = \"0s\"",
            otlp: "queue {\nwait_for_result = false\nstorage = null\nsizer = \"requests\"\n}",
            client: "read_buffer_size = \"0B\"\nwrite_buffer_size = \"512KiB\"\nwait_for_ready = false\nbalancer_name = \"round_robin\"\nauthority = \"\"\n"
            + "tls {\nca_file = \"\"\ncipher_suites = []\ninsecure_skip_verify = false\nreload_interval = \"0s\"\n}"));
        Valid("otelcol.exporter.debug \"d\" {\nuse_internal_logger = true\noutput_paths = []\n}");
        Valid("logging {\ndestination = \"stderr\"\nwrite_to = []\n}");
    }

    [Fact]
    public void One_run_names_them_all() => Assert.Equal(
        [
            "t.alloy:3:12: block \"kubernetes\" is not supported yet",
            "t.alloy:8:1: attribute \"authority\" is not supported yet",
            "t.alloy:9:1: block \"keepalive\" is not supported yet",
        ],
        Errors(Balancer(resolver: "kubernetes { service = \"s\" }", client: "authority = \"a\"\nkeepalive { }")));

    [Theory]
    [InlineData("otelcol.exporter.otlp")]
    [InlineData("otelcol.auth.basic")]
    [InlineData("otelcol.auth.oauth2")]
    [InlineData("otelcol.processor.batch")]
    [InlineData("otelcol.processor.tail_sampling")]
    [InlineData("local.file")]
    public void Components(string name) =>
        Assert.Equal([$"t.alloy:1:1: component \"{name}\" is not supported yet"], Errors($"{name} \"x\" {{ anything = 1 }}"));

    [Theory]
    [InlineData("tracing {}", "block \"tracing\" is not supported yet")]
    [InlineData("livedebugging {}", "block \"livedebugging\" is not supported yet")]
    [InlineData("http {}", "block \"http\" is not supported yet")]
    [InlineData("declare \"x\" {}", "block \"declare\" is not supported yet")]
    [InlineData("import.file \"x\" {}", "block \"import.file\" is not supported yet")]
    [InlineData("ui {}", "service \"ui\" does not support being configured")]
    [InlineData("argument \"x\" {}", "argument blocks only allowed inside a module")]
    public void Blocks_of_the_top_level(string source, string expected) =>
        Assert.Equal([$"t.alloy:1:1: {expected}"], Errors(source));

    // A key that refers to a component needs one that exists, which is not supported itself.
    private static void AssertNamed(string source, string key, int line, bool refers = false)
    {
        string name = key[..key.IndexOf(' ', StringComparison.Ordinal)];
        string kind = key.StartsWith($"{name} =", StringComparison.Ordinal) ? "attribute" : "block";
        if (refers)
            source += "otelcol.auth.basic \"creds\" { }\notelcol.storage.file \"f\" { }\n";
        string[] errors = Errors(source);
        Assert.Equal($"t.alloy:{line}:1: {kind} \"{name}\" is not supported yet", errors[0]);
        Assert.Equal(refers ? 2 : 1, errors.Length);
    }
}
