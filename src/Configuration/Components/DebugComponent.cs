using OrleansLb.Configuration.Evaluation;
using OrleansLb.Configuration.Syntax;
using OrleansLb.Ingress.Pipeline;

namespace OrleansLb.Configuration.Components;

/// <summary><c>otelcol.exporter.debug</c>, and <c>otelcol.exporter.logging</c> as it was called before Alloy 1.5.</summary>
internal static class DebugComponent
{
    public static BlockSchema<Arguments> Debug { get; } = SchemaOf(new Arguments("basic", 2, 1))
        .NotSupported("use_internal_logger", Readers.Boolean, true)
        .NotSupported("output_paths", Readers.TextList, paths => paths.Length == 0);

    public static BlockSchema<Arguments> Logging { get; } = SchemaOf(new Arguments("normal", 2, 500));

    public static ComponentDefinition DebugDefinition { get; } = DefinitionOf("otelcol.exporter.debug", StabilityLevel.Experimental, Debug);

    public static ComponentDefinition LoggingDefinition { get; } =
        DefinitionOf("otelcol.exporter.logging", StabilityLevel.GenerallyAvailable, Logging);

    private static BlockSchema<Arguments> SchemaOf(Arguments defaults) => new BlockSchema<Arguments>(defaults)
        .Attribute("verbosity", Readers.Text, (debug, verbosity) => debug with { Verbosity = verbosity })
        .Attribute("sampling_initial", ValueReaders.NonNegative, (debug, count) => debug with { SamplingInitial = count })
        .Attribute("sampling_thereafter", ValueReaders.NonNegative, (debug, count) => debug with { SamplingThereafter = count })
        .Block("debug_metrics", DebugMetrics.Schema, (debug, _) => debug);

    private static ComponentDefinition DefinitionOf(string name, StabilityLevel stability, BlockSchema<Arguments> schema) =>
        new(name, stability, (block, context, pipeline) => Build(block, schema.Decode(block.Statement.Body, context), pipeline))
        {
            Export = ("input", CapsuleKind.Consumer),
        };

    private static Problem? Build(ComponentBlock block, Outcome<Arguments> decoded, PipelineDraft pipeline)
    {
        if (decoded.Problem is { } problem)
            return problem;

        var debug = decoded.Value;
        DebugVerbosity? verbosity = debug.Verbosity.ToUpperInvariant() switch
        {
            "BASIC" => DebugVerbosity.Basic,
            "NORMAL" => DebugVerbosity.Normal,
            "DETAILED" => DebugVerbosity.Detailed,
            _ => null,
        };
        if (verbosity is null)
            return Problem.Building($"error in conversion to config arguments, invalid verbosity {Quoting.Quote(debug.Verbosity)}");

        pipeline.DebugExporters.Add(new DebugExporterOptions
        {
            ComponentId = block.Id,
            Verbosity = verbosity.Value,
            SamplingInitial = debug.SamplingInitial,
            SamplingThereafter = debug.SamplingThereafter,
        });
        return null;
    }

    public sealed record Arguments(string Verbosity, int SamplingInitial, int SamplingThereafter);
}
