using System.Text.Json;

namespace OrleansLb.Silo.Tests.Explain;

public sealed class RouteCommandTests
{
    private const string Three = "a:1,b:2,c:3";
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Fact]
    public async Task Every_step_from_the_key_to_the_backend_is_printed()
    {
        Assert.Equal(
            """
            input       trace-id 4bf92f3577b34da6a3ce929d0e0e4736
            signal      traces
            ring        partitions, 3 backends
            identifier  16 bytes 4bf92f3577b34da6a3ce929d0e0e4736
            hash        XXH64 4699cde8cc77b7f6
            partition   4518 of 16384
            cell        7 of 16
            ring slot   1
            backend     b:2

            """,
            await Tool.OutputAsync("route", "--endpoints", Three, "--trace-id", Trace));
    }

    [Fact]
    public async Task A_Collector_ring_has_positions_and_its_own_identifiers()
    {
        Assert.Equal(
            """
            input       service cart
            signal      traces
            ring        collector, 3 backends
            identifier  18 bytes 736572766963652e6e616d653d636172747c "service.name=cart|"
            hash        CRC-32 fc581fae
            position    40410 of 131071
            ring slot   1
            backend     b:2

            """,
            await Tool.OutputAsync("route", "--endpoints", Three, "--ring", "collector", "--service", "cart"));
    }

    [Fact]
    public async Task Programs_get_one_object_with_every_step()
    {
        Assert.Equal(
            """
            {"input":"service cart","signal":"traces","ring":"collector","backends":3,"identifierText":"service.name=cart|","identifierHex":"736572766963652e6e616d653d636172747c","hashAlgorithm":"CRC-32","hash":"fc581fae","position":40410,"positionCount":131071,"slot":1,"backend":"b:2"}

            """,
            await Tool.OutputAsync("route", "--endpoints", Three, "--ring", "collector", "--service", "cart", "--json"));
    }

    [Fact]
    public async Task The_weight_of_the_backend_is_shown_unless_it_is_the_ordinary_one()
    {
        const string Weighted = "a:1;weight=0,b:2;weight=7";
        Assert.EndsWith("ring slot   1\nbackend     b:2, weight 7\n", await Tool.OutputAsync("route", "--endpoints", Weighted, "--key", "x"), StringComparison.Ordinal);
        Assert.EndsWith("\"backend\":\"b:2\",\"weight\":7}\n", await Tool.OutputAsync("route", "--endpoints", Weighted, "--key", "x", "--json"), StringComparison.Ordinal);
        var (exitCode, _, error) = await Tool.RunAsync("route", "--endpoints", Weighted, "--ring", "collector", "--key", "x");
        Assert.Equal(1, exitCode);
        Assert.Contains("a:1;weight=0: only the ring partitions knows weights", error, StringComparison.Ordinal);
    }

    // The rules of the splitter, written down by hand: raw IDs and bare names where signals share a backend, the Collector's own bytes on its rings.
    [Theory]
    [InlineData("partitions", "traces", "--trace-id", Trace, Trace)]
    [InlineData("partitions", "logs", "--trace-id", Trace, Trace)]
    [InlineData("partitions", "traces", "--service", "cart", "63617274")]
    [InlineData("partitions", "logs", "--service", "cart", "63617274")]
    [InlineData("partitions", "metrics", "--service", "cart", "63617274")]
    [InlineData("collector", "traces", "--trace-id", Trace, Trace)]
    [InlineData("collector", "logs", "--trace-id", "0AF7651916CD43DD8448EB211C80319C", "3061663736353139313663643433646438343438656232313163383033313963")]
    [InlineData("collector", "traces", "--service", "cart", "736572766963652e6e616d653d636172747c")]
    [InlineData("collector", "logs", "--service", "cart", "63617274")]
    [InlineData("collector-36000", "metrics", "--service", "cart", "63617274")]
    [InlineData("collector-36000", "traces", "--service", "é", "736572766963652e6e616d653dc3a97c")]
    [InlineData("collector", "traces", "--service", "", "736572766963652e6e616d653d7c")]
    [InlineData("partitions", "traces", "--service", "", "")]
    [InlineData("collector", "metrics", "--key", "service.name=cart|", "736572766963652e6e616d653d636172747c")]
    public async Task Identifiers_are_those_of_ring_and_signal(string ring, string signal, string kind, string value, string expected)
    {
        using var json = JsonDocument.Parse(
            await Tool.OutputAsync("route", "--endpoints", Three, "--ring", ring, "--signal", signal, kind, value, "--json"));
        Assert.Equal(expected, json.RootElement.GetProperty("identifierHex").GetString());
    }

    [Theory]
    [InlineData("partitions", "collector", "traces", "--service", "cart", "736572766963652e6e616d653d636172747c")]
    [InlineData("partitions", "collector", "logs", "--trace-id", "0AF7651916CD43DD8448EB211C80319C", "3061663736353139313663643433646438343438656232313163383033313963")]
    [InlineData("collector", "co-located", "traces", "--service", "cart", "63617274")]
    [InlineData("collector", "co-located", "logs", "--trace-id", Trace, Trace)]
    public async Task Identifiers_may_be_chosen(string ring, string identifiers, string signal, string kind, string value, string expected)
    {
        using var json = JsonDocument.Parse(await Tool.OutputAsync(
            "route", "--endpoints", Three, "--ring", ring, "--identifiers", identifiers, "--signal", signal, kind, value, "--json"));
        Assert.Equal(expected, json.RootElement.GetProperty("identifierHex").GetString());
    }

    // Placements that the Collector itself made on its ring of 36,000 positions.
    [Theory]
    [InlineData("127.0.0.1:24317,127.0.0.1:24318,127.0.0.1:24319", "--trace-id", "01580a3edce06f67ba1e6e6ca611dd84", "traces", "127.0.0.1:24319")]
    [InlineData("127.0.0.1:24317,127.0.0.1:24318,127.0.0.1:24319", "--trace-id", "05df678d3b368745fffa7a60b955075e", "traces", "127.0.0.1:24318")]
    [InlineData("127.0.0.1:24317,127.0.0.1:24318,127.0.0.1:24319", "--trace-id", "0982d479d456c0129783ea0afafa5c7f", "traces", "127.0.0.1:24317")]
    [InlineData("127.0.0.1:24317,127.0.0.1:24318,127.0.0.1:24319", "--service", "payment-0", "traces", "127.0.0.1:24319")]
    [InlineData("127.0.0.1:24317,127.0.0.1:24318,127.0.0.1:24319", "--service", "payment-0", "metrics", "127.0.0.1:24317")]
    [InlineData("backend-5:4317,backend-4:4317,backend-3:4317,backend-2:4317,backend-1:4317", "--service", "Сервис-email-2", "traces", "backend-4:4317")]
    [InlineData("backend-5:4317,backend-4:4317,backend-3:4317,backend-2:4317,backend-1:4317", "--service", "Сервис-email-2", "logs", "backend-3:4317")]
    [InlineData("backend-5:4317,backend-4:4317,backend-3:4317,backend-2:4317,backend-1:4317", "--key", "Сервис-email-2", "traces", "backend-3:4317")]
    [InlineData("backend-1,backend-1:4317,backend-2", "--service", "payment-0", "traces", "backend-1:4317")]
    [InlineData("backend-1,backend-1:4317,backend-2", "--service", "payment-0", "logs", "backend-1")]
    public async Task The_backend_is_the_one_that_the_Collector_chose(string endpoints, string kind, string value, string signal, string expected)
    {
        using var json = JsonDocument.Parse(await Tool.OutputAsync(
            "route", "--endpoints", endpoints, "--ring", "collector-36000", "--signal", signal, kind, value, "--json"));
        Assert.Equal(expected, json.RootElement.GetProperty("backend").GetString());
    }

    [Theory]
    [InlineData("either --config or --endpoints must be given", "--key", "x")]
    [InlineData("either --config or --endpoints must be given", "--config", "f", "--endpoints", Three, "--key", "x")]
    [InlineData("exactly one of --trace-id, --service, --key and --stdin must be given", "--endpoints", Three)]
    [InlineData("exactly one of --trace-id, --service, --key and --stdin must be given", "--endpoints", Three, "--key", "x", "--stdin")]
    [InlineData("--exporter and --dns.hosts-file go with --config", "--endpoints", Three, "--key", "x", "--exporter", "l")]
    [InlineData("--exporter and --dns.hosts-file go with --config", "--endpoints", Three, "--key", "x", "--dns.hosts-file", "hosts")]
    [InlineData("--ring and --identifiers go with --endpoints", "--config", "f", "--key", "x", "--ring", "collector")]
    [InlineData("--ring and --identifiers go with --endpoints", "--config", "f", "--key", "x", "--identifiers", "collector")]
    [InlineData("--endpoints \"a:1,,b:2\" has an empty entry", "--endpoints", "a:1,,b:2", "--key", "x")]
    [InlineData("'circle'", "--endpoints", Three, "--key", "x", "--ring", "circle")]
    [InlineData("'spans'", "--endpoints", Three, "--key", "x", "--signal", "spans")]
    [InlineData("\"4bf\" is no trace ID: expected 32 hexadecimal digits", "--endpoints", Three, "--trace-id", "4bf")]
    [InlineData("is no trace ID", "--endpoints", Three, "--trace-id", "4bf92f3577b34da6")]
    [InlineData("is no trace ID", "--endpoints", Three, "--trace-id", "4bf92f3577b34da6a3ce929d0e0e473601")]
    [InlineData("\"\" is no trace ID", "--endpoints", Three, "--trace-id", "")]
    [InlineData("is no trace ID", "--endpoints", Three, "--trace-id", "4bf92f3577b34da6a3ce929d0e0e47364bf92f3577b34da6a3ce929d0e0e4736aa")]
    [InlineData("is no trace ID", "--endpoints", Three, "--trace-id", "4bf92f3577b34da6a3ce929d0e0e473g")]
    [InlineData("metrics cannot be routed by traceID", "--endpoints", Three, "--signal", "metrics", "--trace-id", Trace)]
    [InlineData("drawn at random", "--endpoints", Three, "--signal", "logs", "--trace-id", "00000000000000000000000000000000")]
    [InlineData("no-such-file", "--config", "no-such-file.alloy", "--key", "x")]
    public async Task What_cannot_be_answered_is_an_error_and_nothing_else_is_printed(string expected, params string[] arguments)
    {
        var (exitCode, output, error) = await Tool.RunAsync(["route", .. arguments]);
        Assert.Equal(1, exitCode);
        Assert.Equal("", output);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }
}
