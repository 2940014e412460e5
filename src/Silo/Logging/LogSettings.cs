using OrleansLb.Configuration;

namespace OrleansLb.Silo.Logging;

/// <summary>What the log looks like now. It starts with the defaults; the configuration's <c>logging</c> block comes later.</summary>
internal sealed class LogSettings
{
    private volatile LoggingOptions _options = new();

    public LoggingOptions Options
    {
        get => _options;
        set => _options = value;
    }
}
