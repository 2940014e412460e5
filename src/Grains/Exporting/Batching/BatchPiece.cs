using OrleansLb.Grains.Exporting.Queueing;

namespace OrleansLb.Grains.Exporting.Batching;

/// <summary>What one accepted part contributes to a batch: the bytes behind those of the piece before.</summary>
/// <param name="Origin">The part; one share of it belongs to the batch.</param>
/// <param name="Items">How many of its items are in the batch.</param>
/// <param name="Length">How many bytes of the uncompressed batch.</param>
internal readonly record struct BatchPiece(PartOrigin Origin, int Items, int Length);
