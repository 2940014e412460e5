using System.Text;
using Microsoft.Extensions.Logging;
using OrleansLb.Configuration;
using OrleansLb.Silo.Logging;
using OrleansLb.Silo.Telemetry;

namespace OrleansLb.Silo.Tests.Logging;

public sealed class LineLoggerProviderTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private readonly MemoryStream _output = new();
    private readonly LogSettings _settings = new();
    private readonly LineLoggerProvider _provider;

    public LineLoggerProviderTests() => _provider = new LineLoggerProvider(_output, TimeProvider.System, _settings);

    public void Dispose()
    {
        _provider.Dispose();
        _output.Dispose();
    }

    [Theory]
    [InlineData("OrleansLb.Any", LogLevel.Information, true)]
    [InlineData("OrleansLb.Any", LogLevel.Debug, false)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Information, false)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Warning, true)]
    [InlineData("Orleans.Runtime.Silo", LogLevel.Information, false)]
    [InlineData("Orleans.Runtime.Silo", LogLevel.Warning, false)]
    [InlineData("Orleans.Runtime.Silo", LogLevel.Error, true)]
    [InlineData("Orleans.Runtime.Watchdog", LogLevel.Warning, false)]
    [InlineData("Orleans.Runtime.Catalog", LogLevel.Warning, true)]
    [InlineData("Polly", LogLevel.Information, false)]
    [InlineData("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Error, false)]
    public void Only_what_the_user_needs_is_written(string category, LogLevel level, bool written)
    {
        Write(_provider.CreateLogger(category), level);
        Assert.Equal(written, Written().Length > 0);
    }

    [Fact]
    public void The_configuration_changes_level_and_form_of_loggers_that_exist()
    {
        var logger = _provider.CreateLogger("OrleansLb.Any");
        _settings.Options = new LoggingOptions { Level = LogLevel.Debug, Format = LogFormat.Json };
        Write(logger, LogLevel.Debug);
        Assert.StartsWith("{\"ts\":", Written(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LogFormat.Logfmt, "level=warn msg=\"log lines were dropped here, because they were not read in time\" lines=1\n")]
    [InlineData(LogFormat.Json, "\"level\":\"warn\",\"msg\":\"log lines were dropped here, because they were not read in time\",\"lines\":\"1\"}\n")]
    public void That_lines_are_missing_is_said_in_the_form_of_the_log(LogFormat format, string expected)
    {
        _settings.Options = new LoggingOptions { Format = format };
        _provider.CreateLogger("OrleansLb.Any").Log(LogLevel.Error, default, 0, null, static (_, _) => new string('x', LineWriter.Capacity));
        Assert.EndsWith(expected, Written(), StringComparison.Ordinal);
        Assert.Equal(1, _provider.Lines.Dropped);
    }

    [Fact]
    public void What_was_dropped_is_a_metric()
    {
        using var registry = new MetricsRegistry();
        using var metrics = new LogMetrics(_provider.Lines);
        _provider.Lines.Add(new string('x', LineWriter.Capacity + 1));
        var text = new PrometheusText();
        registry.WriteTo(text);
        Assert.Contains("orleanslb_log_lines_dropped_total{otel_scope_name=\"OrleansLb\"} 1\n", text.ToString(), StringComparison.Ordinal);
    }

    private string Written()
    {
        Assert.True(_provider.Lines.Flush(Long));
        return Encoding.UTF8.GetString(_output.ToArray());
    }

    private static void Write(ILogger logger, LogLevel level) => logger.Log(level, default, 0, null, static (_, _) => "m");
}
