using OrleansLb.Grains.Durability;

namespace OrleansLb.Grains.Tests.Durability;

internal static class StoredPartExtensions
{
    /// <summary>The numbers with which <see cref="LogBench.Append"/> made the parts.</summary>
    public static IEnumerable<int> Numbers(this IEnumerable<StoredPart> parts) => parts.Select(static part => part.Items);
}
