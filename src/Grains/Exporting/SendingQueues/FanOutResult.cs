using OrleansLb.Grains.Exporting.Messages;

namespace OrleansLb.Grains.Exporting.SendingQueues;

/// <summary>What became of a request that was split.</summary>
/// <param name="Outcome">The worst of its parts' outcomes.</param>
/// <param name="RejectedItems">Items that were refused for good.</param>
/// <param name="Undelivered">What nobody took and may be tried again, with one reference to each payload for whoever gets this.</param>
public sealed record FanOutResult(EnqueueOutcome Outcome, int RejectedItems, IReadOnlyList<ExportPart> Undelivered);
