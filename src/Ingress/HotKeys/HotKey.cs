namespace OrleansLb.Ingress.HotKeys;

/// <summary>A key with many items. Numbers of items are those that were sampled, times the sampling interval.</summary>
/// <param name="Identifier">The routing identifier, or its first <see cref="HeavyHitters.LongestText"/> bytes.</param>
/// <param name="Length">The bytes of the whole identifier.</param>
/// <param name="Items">The estimate.</param>
/// <param name="MaxError">By how much the estimate may be too large because the sketch has limits; the chance of sampling comes on top.</param>
/// <param name="Share">The estimate as a part of all items, from 0 to 1.</param>
/// <param name="Slot">The ring slot that it went to when it was sampled last.</param>
/// <param name="Backend">The backend that sat there.</param>
internal sealed record HotKey(byte[] Identifier, int Length, long Items, long MaxError, double Share, int Slot, string Backend);
