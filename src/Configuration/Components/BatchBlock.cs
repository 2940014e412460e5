using OrleansLb.Configuration.Evaluation;
using OrleansLb.Grains.Options;
using OrleansLb.Otlp.Batching;

namespace OrleansLb.Configuration.Components;

/// <summary>The <c>batch</c> block of a queue. What it says is checked with the queue around it, and only when that is on.</summary>
internal sealed record BatchBlock
{
    public static BlockSchema<BatchBlock> Schema { get; } = new BlockSchema<BatchBlock>(new BatchBlock())
        .Attribute("flush_timeout", Readers.Duration, (batch, timeout) => batch.With(options => options with { FlushTimeout = timeout }))
        .Attribute("min_size", Readers.Integer, (batch, size) => batch.With(options => options with { MinSize = size }))
        .Attribute("max_size", Readers.Integer, (batch, size) => batch.With(options => options with { MaxSize = size }))
        .Attribute("sizer", Readers.Text, (batch, sizer) => batch with { Sizer = sizer });

    public BatchOptions Options { get; init; } = new();

    public string Sizer { get; init; } = "items";

    /// <summary>What is wrong, in Alloy's words, or null.</summary>
    public string? Fault => this switch
    {
        { Options: var options } when options.FlushTimeout <= TimeSpan.Zero => "`flush_timeout` must be positive",
        { Options.MinSize: < 0 } => "`min_size` must be non-negative",
        { Options.MaxSize: < 0 } => "`max_size` must be non-negative",
        { Options: { MaxSize: > 0 } options } when options.MaxSize < options.MinSize => "`max_size` must be greater or equal to `min_size`",
        { Sizer: not ("items" or "bytes") } => "`batch` supports only `items` or `bytes` sizer",
        _ => null,
    };

    public BatchOptions ToOptions() => Options with { Sizer = Sizer == "bytes" ? ItemSizer.Bytes : ItemSizer.Items };

    private BatchBlock With(Func<BatchOptions, BatchOptions> change) => this with { Options = change(Options) };
}
