using OrleansLb.Configuration.Evaluation;

namespace OrleansLb.Configuration.Components;

/// <summary>The <c>orleanslb</c> block of the top level, which Alloy does not have: settings of the process.</summary>
internal static class ProcessBlock
{
    public static BlockSchema<ProcessOptions> Schema { get; } = new BlockSchema<ProcessOptions>(new ProcessOptions())
        .Attribute("memory_limit", ReadMemoryLimit, (process, limit) => process with { MemoryLimit = limit });

    public static ComponentDefinition Definition { get; } =
        new("orleanslb", StabilityLevel.GenerallyAvailable, Build) { HasLabel = false };

    private static Problem? Build(ComponentBlock block, DecodeContext context, PipelineDraft pipeline)
    {
        var decoded = Schema.Decode(block.Statement.Body, context);
        if (decoded.Problem is null)
            pipeline.Process = decoded.Value;
        return decoded.Problem;
    }

    private static Outcome<MemoryLimit?> ReadMemoryLimit(AlloyValue value)
    {
        if (value is NullValue)
            return (MemoryLimit?)null;
        var text = Readers.Text(value);
        if (text.Problem is { } problem)
            return problem;
        return MemoryLimit.TryParse(text.Value, out var limit, out string? error) ? (MemoryLimit?)limit : Problem.At(value, error);
    }
}
