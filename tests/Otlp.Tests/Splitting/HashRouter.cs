using System.Text;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Otlp.Tests.Splitting;

/// <summary>Spreads identifiers over sparse slot numbers and remembers what it was asked.</summary>
internal sealed class HashRouter(int slots) : IKeyRouter
{
    private const int Gap = 37;

    public int SlotLimit => ((slots - 1) * Gap) + 6;

    public List<byte[]> Asked { get; } = [];

    /// <summary>What it was asked, as text.</summary>
    public IEnumerable<string> AskedTexts => Asked.Select(Encoding.UTF8.GetString);

    public int SlotOf(ReadOnlySpan<byte> routingIdentifier)
    {
        Asked.Add(routingIdentifier.ToArray());
        uint hash = 2166136261;
        foreach (byte b in routingIdentifier)
            hash = (hash ^ b) * 16777619;
        return ((int)((hash ^ (hash >> 15)) % (uint)slots) * Gap) + 5;
    }
}
