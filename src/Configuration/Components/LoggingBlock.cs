using Microsoft.Extensions.Logging;
using OrleansLb.Configuration.Evaluation;
using OrleansLb.Configuration.Syntax;

namespace OrleansLb.Configuration.Components;

/// <summary>The <c>logging</c> block of the top level.</summary>
internal static class LoggingBlock
{
    public static BlockSchema<LoggingOptions> Schema { get; } = new BlockSchema<LoggingOptions>(new LoggingOptions())
        .Attribute("level", ReadLevel, (logging, level) => logging with { Level = level })
        .Attribute("format", ReadFormat, (logging, format) => logging with { Format = format })
        .NotSupported("destination", Readers.Text, "stderr")
        .NotSupported("write_to", Readers.Consumers, consumers => consumers.Length == 0);

    public static ComponentDefinition Definition { get; } =
        new("logging", StabilityLevel.GenerallyAvailable, Build) { HasLabel = false };

    private static Problem? Build(ComponentBlock block, DecodeContext context, PipelineDraft pipeline)
    {
        var decoded = Schema.Decode(block.Statement.Body, context);
        if (decoded.Problem is null)
            pipeline.Logging = decoded.Value;
        return decoded.Problem;
    }

    private static Outcome<LogLevel> ReadLevel(AlloyValue value)
    {
        var name = Readers.Text(value);
        if (name.Problem is { } problem)
            return problem;
        return name.Value switch
        {
            "debug" => LogLevel.Debug,
            "info" or "" => LogLevel.Information,
            "warn" => LogLevel.Warning,
            "error" => LogLevel.Error,
            _ => Problem.At(value, $"unrecognized log level {Quoting.Quote(name.Value)}"),
        };
    }

    private static Outcome<LogFormat> ReadFormat(AlloyValue value)
    {
        var name = Readers.Text(value);
        if (name.Problem is { } problem)
            return problem;
        return name.Value switch
        {
            "logfmt" or "" => LogFormat.Logfmt,
            "json" => LogFormat.Json,
            _ => Problem.At(value, $"unrecognized log format {Quoting.Quote(name.Value)}"),
        };
    }
}
