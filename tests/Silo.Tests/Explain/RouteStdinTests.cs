using OrleansLb.Grains.Options;
using OrleansLb.Silo.CommandLine;
using OrleansLb.Silo.Explain;

namespace OrleansLb.Silo.Tests.Explain;

/// <summary><c>orleanslb route --stdin</c>.</summary>
public sealed class RouteStdinTests
{
    private static readonly RouteOptions Options = new()
    {
        Endpoints = ["127.0.0.1:24317", "127.0.0.1:24318", "127.0.0.1:24319"],
        Ring = RingKind.Collector36000,
    };

    [Fact]
    public async Task Every_line_is_answered_with_itself_and_its_backend()
    {
        Assert.Equal(
            (0,
            "trace-id 01580a3edce06f67ba1e6e6ca611dd84\t127.0.0.1:24319\nservice payment-0\t127.0.0.1:24319\nkey payment-0\t127.0.0.1:24317\n",
            ""),
            await RunAsync(Options, "trace-id 01580a3edce06f67ba1e6e6ca611dd84\r\nservice payment-0\nkey payment-0"));
    }

    [Fact]
    public async Task Bad_lines_are_named_and_do_not_keep_others_from_their_answers()
    {
        Assert.Equal(
            (1,
            "service payment-0\t127.0.0.1:24319\nkey payment-0\t127.0.0.1:24317\n",
            """
            line 1: "nonsense": expected trace-id HEX, service NAME or key TEXT
            line 3: "trace-id": expected trace-id HEX, service NAME or key TEXT
            line 4: "123" is no trace ID: expected 32 hexadecimal digits
            line 5: "": expected trace-id HEX, service NAME or key TEXT
            line 7: "span 12": expected trace-id HEX, service NAME or key TEXT

            """),
            await RunAsync(Options, "nonsense\nservice payment-0\ntrace-id\ntrace-id 123\n\nkey payment-0\nspan 12\n"));
    }

    [Fact]
    public async Task Names_keep_their_blanks()
    {
        var (_, spaced, _) = await RunAsync(Options with { Json = true }, "service  a b \n");
        Assert.Contains("\"identifierText\":\"service.name= a b |\"", spaced, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_asked_is_nothing_answered() => Assert.Equal((0, "", ""), await RunAsync(Options, ""));

    [Fact]
    public async Task Json_is_one_object_a_line()
    {
        var (exitCode, output, error) = await RunAsync(Options with { Json = true }, "key a\nkey b\n");
        Assert.Equal((0, ""), (exitCode, error));
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.All(lines, static line => Assert.Matches("^\\{\"input\":\"key .*\"backend\":\"127\\.0\\.0\\.1:243..\"\\}$", line));
        Assert.All(lines, static line => Assert.DoesNotContain("signal", line, StringComparison.Ordinal));
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(RouteOptions options, string lines)
    {
        using var input = new StringReader(lines);
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int exitCode = await RouteRole.RunAsync(options, input, output, error, CancellationToken.None);
        return (exitCode, output.ToString(), error.ToString());
    }
}
