using OrleansLb.Configuration.Evaluation;

namespace OrleansLb.Configuration.Components;

/// <summary>The <c>compaction</c> block of a store: checked, and without effect, since our stores give room back by themselves.</summary>
internal sealed record CompactionBlock
{
    public static BlockSchema<CompactionBlock> Schema { get; } = new BlockSchema<CompactionBlock>(new CompactionBlock())
        .Attribute("on_start", Readers.Boolean, (compaction, _) => compaction)
        .Attribute("on_rebound", Readers.Boolean, (compaction, rebound) => compaction with { OnRebound = rebound })
        .Attribute("directory", Readers.Text, (compaction, _) => compaction)
        .Attribute("rebound_needed_threshold_mib", Readers.Integer, (compaction, _) => compaction)
        .Attribute("rebound_trigger_threshold_mib", Readers.Integer, (compaction, _) => compaction)
        .Attribute("max_transaction_size", Readers.Integer, (compaction, size) => compaction with { MaxTransactionSize = size })
        .Attribute("check_interval", Readers.Duration, (compaction, interval) => compaction with { CheckInterval = interval })
        .Attribute("cleanup_on_start", Readers.Boolean, (compaction, _) => compaction)
        .Check(compaction => compaction switch
        {
            { MaxTransactionSize: < 0 } => "max transaction size for compaction cannot be less than 0",
            { OnRebound: true, CheckInterval.Ticks: <= 0 } => "compaction check interval must be positive when rebound compaction is set",
            _ => null,
        });

    private bool OnRebound { get; init; }

    private int MaxTransactionSize { get; init; } = 65536;

    private TimeSpan CheckInterval { get; init; } = TimeSpan.FromSeconds(5);
}
