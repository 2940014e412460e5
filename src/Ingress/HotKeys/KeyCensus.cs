using System.Runtime.InteropServices;
using OrleansLb.Grains.Routing;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Identity;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Ingress.HotKeys;

/// <summary>
/// Counts the items of every key in one request: splits it once more, as if every key had a ring slot of its own, so that the parts are the
/// keys. The splitter and the path of other requests know nothing of it. Scratch memory, for one request at a time.
/// </summary>
internal sealed class KeyCensus : IKeyRouter
{
    /// <summary>The distinct keys of one request that are told apart.</summary>
    public const int MostKeys = 16 * 1024;

    // what a larger request blew up is left to the garbage collector
    private const int LargestKept = 1024 * 1024;

    // senders choose keys: nobody outside knows which ones meet in a dictionary
    private static readonly ulong s_secret = (ulong)Random.Shared.NextInt64();

    private readonly SplitPlan _plan = SplitPlan.Rent();
    private readonly Dictionary<ulong, int> _numbers = [];
    private readonly List<Key> _keys = [];
    private readonly List<byte> _texts = [];
    private RoutingTable _table = null!;

    /// <summary>Whether the memory is worth keeping for another request.</summary>
    public bool IsReusable { get; private set; }

    int IKeyRouter.SlotLimit => MostKeys + 1;

    /// <summary>Counts the keys of a request; what was counted before is gone.</summary>
    /// <param name="signal">What the request exports.</param>
    /// <param name="split">What decides an item's key.</param>
    /// <param name="request">The request.</param>
    /// <param name="table">Where the keys go.</param>
    /// <returns>False when the request is malformed: then there is nothing to add.</returns>
    public bool TryCount(Signal signal, in SplitOptions split, ReadOnlySpan<byte> request, RoutingTable table)
    {
        _numbers.Clear();
        _keys.Clear();
        _texts.Clear();
        _table = table;
        IsReusable = request.Length <= LargestKept;
        return RequestSplitter.TrySplit(signal, split, request, this, _plan, out _);
    }

    /// <summary>Adds the counted keys to a sketch.</summary>
    /// <returns>Items of keys that came when <see cref="MostKeys"/> others had been seen in the request.</returns>
    public int AddTo(HeavyHitters sketch)
    {
        int unattributed = 0;
        var texts = CollectionsMarshal.AsSpan(_texts);
        for (int i = 0; i < _plan.PartCount; i++)
        {
            var part = _plan.Part(i);
            if (part.Slot == MostKeys)
            {
                unattributed = part.ItemCount;
            }
            else if (part.ItemCount > 0)
            {
                var key = _keys[part.Slot];
                var text = texts.Slice(key.Text, Math.Min(key.Length, HeavyHitters.LongestText));
                sketch.Add(key.Hash, text, key.Length, key.Slot, _table.LastBackendOf(key.Slot)!, part.ItemCount);
            }
        }

        return unattributed;
    }

    int IKeyRouter.SlotOf(ReadOnlySpan<byte> routingIdentifier)
    {
        ulong hash = (XxHash64.Hash(routingIdentifier) ^ s_secret) * 0x9E3779B97F4A7C15;
        if (_numbers.TryGetValue(hash, out int number))
            return number;
        if (_keys.Count == MostKeys)
            return MostKeys;

        number = _keys.Count;
        _numbers.Add(hash, number);
        _keys.Add(new Key(hash, _texts.Count, routingIdentifier.Length, _table.SlotOf(routingIdentifier)));
        _texts.AddRange(routingIdentifier[..Math.Min(routingIdentifier.Length, HeavyHitters.LongestText)]);
        return number;
    }

    private readonly record struct Key(ulong Hash, int Text, int Length, int Slot);
}
