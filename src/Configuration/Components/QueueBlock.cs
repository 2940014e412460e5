using OrleansLb.Configuration.Evaluation;
using OrleansLb.Grains.Options;

namespace OrleansLb.Configuration.Components;

/// <summary>The <c>queue</c> block of a load balancer's OTLP exporters and its own <c>sending_queue</c> block.</summary>
internal sealed record QueueBlock
{
    private static readonly TimeSpan MostStoreAfter = TimeSpan.FromMinutes(1);

    public static BlockSchema<QueueBlock> Schema { get; } = new BlockSchema<QueueBlock>(new QueueBlock())
        .Attribute("enabled", Readers.Boolean, (queue, enabled) => queue.With(options => options with { Enabled = enabled }))
        .Attribute("num_consumers", ValueReaders.Positive, (queue, count) => queue.With(options => options with { Consumers = count }))
        .Attribute("queue_size", Readers.LongInteger, (queue, size) => queue.With(options => options with { Size = size }))
        .Attribute("block_on_overflow", Readers.Boolean, (queue, block) => queue.With(options => options with { BlockOnOverflow = block }))
        .Attribute("sizer", Readers.Text, (queue, sizer) => queue with { Sizer = sizer })
        .Attribute("wait_for_result", Readers.Boolean, (queue, wait) => queue.With(options => options with { WaitForResult = wait }))
        .Attribute("storage", Readers.StorageHandler, (queue, store) => queue.With(options => options with { Storage = store }))
        .Attribute(
            "store_after", value => ValueReaders.DurationUpTo(value, MostStoreAfter), (queue, time) => queue.With(options => options with { StoreAfter = time }))
        .Block("batch", BatchBlock.Schema, (queue, batch) => queue with { Batch = batch })
        .Check(queue => queue.Options.Enabled ? queue.Fault : null);

    private QueueOptions Options { get; init; } = new();

    private string Sizer { get; init; } = "requests";

    private BatchBlock? Batch { get; init; }

    private string? Fault => this switch
    {
        { Options.Size: <= 0 } => "queue_size must be greater than zero",
        { Sizer: not ("requests" or "items" or "bytes") } => $"invalid sizer: {Sizer}",
        { Batch.Fault: { } fault } => fault,
        { Batch: { } batch } when batch.Sizer == Sizer && batch.Options.MinSize > Options.Size => "`min_size` must be less than or equal to `queue_size`",
        { Options: { Storage: not null, WaitForResult: true } } => "`wait_for_result` is not supported with a persistent queue configured with `storage`",
        _ => null,
    };

    /// <summary>What the block says, once it has been checked.</summary>
    public QueueOptions ToOptions() => Options with
    {
        Sizer = Sizer switch { "items" => QueueSizer.Items, "bytes" => QueueSizer.Bytes, _ => QueueSizer.Requests },
        Batch = Options.Enabled ? Batch?.ToOptions() : null,
    };

    private QueueBlock With(Func<QueueOptions, QueueOptions> change) => this with { Options = change(Options) };
}
