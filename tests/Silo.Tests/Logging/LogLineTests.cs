using System.Text.Json;
using Microsoft.Extensions.Logging;
using OrleansLb.Silo.Logging;

namespace OrleansLb.Silo.Tests.Logging;

public sealed class LogLineTests
{
    private static readonly DateTimeOffset Time = new(2026, 11, 21, 20, 40, 5, 123, TimeSpan.Zero);

    [Fact]
    public void A_record_is_one_line_of_pairs()
    {
        List<KeyValuePair<string, object?>> state =
            [new("ComponentId", "otelcol.receiver.otlp.x"), new("addr", "127.0.0.1:1"), new("after", TimeSpan.FromMilliseconds(1500)), new("{OriginalFormat}", "m")];
        Assert.Equal(
            "ts=2026-11-21T20:40:05.1230000Z level=info msg=\"now listening\" component_id=otelcol.receiver.otlp.x addr=127.0.0.1:1 after=1.5s\n",
            LogfmtLine.Format(LogRecord.Of(Time, LogLevel.Information, "now listening", state, null)));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "\"\"")]
    [InlineData("two words", "\"two words\"")]
    [InlineData("a=b", "\"a=b\"")]
    [InlineData("say \"hi\"\n\t\\", "\"say \\\"hi\\\"\\n\\t\\\\\"")]
    [InlineData("bell\u0007", "\"bell\\u0007\"")]
    public void Values_are_quoted_where_they_must_be(string value, string expected)
    {
        List<KeyValuePair<string, object?>> state = [new("v", value)];
        Assert.EndsWith($" msg=m v={expected}\n", LogfmtLine.Format(LogRecord.Of(Time, LogLevel.Warning, "m", state, null)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_exception_stays_on_the_line()
    {
        string line = LogfmtLine.Format(LogRecord.Of(Time, LogLevel.Error, "m", 0, new IOException("disk\nfull")));
        Assert.Contains("level=error", line, StringComparison.Ordinal);
        Assert.Contains("disk\\nfull", line, StringComparison.Ordinal);
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
    }

    [Fact]
    public void As_JSON_a_record_is_one_object()
    {
        List<KeyValuePair<string, object?>> state = [new("Backend", "a\"b")];
        string line = JsonLine.Format(LogRecord.Of(Time, LogLevel.Debug, "two\nlines", state, null));
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        using var json = JsonDocument.Parse(line);
        Assert.Equal("debug", json.RootElement.GetProperty("level").GetString());
        Assert.Equal("two\nlines", json.RootElement.GetProperty("msg").GetString());
        Assert.Equal("a\"b", json.RootElement.GetProperty("backend").GetString());
    }
}
