using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Exporting.Batching;

/// <summary>A request made of the pieces of several parts.</summary>
/// <param name="Payload">The request, with one reference for whoever gets it.</param>
/// <param name="Items">Its items.</param>
/// <param name="Pieces">What it is made of, in the order of its bytes.</param>
internal readonly record struct FormedBatch(Payload Payload, int Items, BatchPiece[] Pieces);
