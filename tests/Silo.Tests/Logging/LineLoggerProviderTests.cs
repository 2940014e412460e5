using Microsoft.Extensions.Logging;
using OrleansLb.Configuration;
using OrleansLb.Silo.Logging;

namespace OrleansLb.Silo.Tests.Logging;

#pragma warning disable CA1001 // neither writer nor provider holds anything
public sealed class LineLoggerProviderTests
{
    private readonly StringWriter _output = new();
    private readonly LogSettings _settings = new();
    private readonly LineLoggerProvider _provider;

    public LineLoggerProviderTests() => _provider = new LineLoggerProvider(_output, TimeProvider.System, _settings);

    [Theory]
    [InlineData("OrleansLb.Any", LogLevel.Information, true)]
    [InlineData("OrleansLb.Any", LogLevel.Debug, false)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Information, false)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Warning, true)]
    [InlineData("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Error, false)]
    public void Only_what_the_user_needs_is_written(string category, LogLevel level, bool written)
    {
        Write(_provider.CreateLogger(category), level);
        Assert.Equal(written, _output.ToString().Length > 0);
    }

    [Fact]
    public void The_configuration_changes_level_and_form_of_loggers_that_exist()
    {
        var logger = _provider.CreateLogger("OrleansLb.Any");
        _settings.Options = new LoggingOptions { Level = LogLevel.Debug, Format = LogFormat.Json };
        Write(logger, LogLevel.Debug);
        Assert.StartsWith("{\"ts\":", _output.ToString(), StringComparison.Ordinal);
    }

    private static void Write(ILogger logger, LogLevel level) => logger.Log(level, default, 0, null, static (_, _) => "m");
}
