using OrleansLb.Configuration.Evaluation;
using OrleansLb.Grains.Options;

namespace OrleansLb.Configuration.Components;

/// <summary>The <c>queue</c> block of a load balancer's OTLP exporters.</summary>
internal sealed record QueueBlock
{
    public static BlockSchema<QueueBlock> Schema { get; } = new BlockSchema<QueueBlock>(new QueueBlock())
        .Attribute("enabled", Readers.Boolean, (queue, enabled) => queue.With(options => options with { Enabled = enabled }))
        .Attribute("num_consumers", ValueReaders.Positive, (queue, count) => queue.With(options => options with { Consumers = count }))
        .Attribute("queue_size", Readers.Integer, (queue, size) => queue.With(options => options with { Size = size }))
        .Attribute("block_on_overflow", Readers.Boolean, (queue, block) => queue.With(options => options with { BlockOnOverflow = block }))
        .Attribute("sizer", ReadSizer, (queue, sizer) => queue with { Sizer = sizer })
        .NotSupported("wait_for_result", Readers.Boolean, false)
        .Attribute("storage", Readers.StorageHandler, (queue, store) => queue.With(options => options with { Storage = store }))
        .NotSupportedBlocks("batch")
        .Check(queue => queue switch
        {
            { Options.Enabled: false } => null,
            { Options.Size: <= 0 } => "queue_size must be greater than zero",
            { Sizer: not "requests" } => $"invalid sizer: {queue.Sizer}",
            _ => null,
        });

    public QueueOptions Options { get; init; } = new();

    public string Sizer { get; init; } = "requests";

    private QueueBlock With(Func<QueueOptions, QueueOptions> change) => this with { Options = change(Options) };

    private static Outcome<string> ReadSizer(AlloyValue value)
    {
        var sizer = Readers.Text(value);
        return sizer is { Problem: null, Value: "items" or "bytes" }
            ? Problem.NotSupported(value.Origin, $"sizer \"{sizer.Value}\"")
            : sizer;
    }
}
