using System.Runtime.CompilerServices;
using OrleansLb.Otlp.Identity;
using OrleansLb.Otlp.Memory;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>The side of a plan that the splitters fill.</summary>
public sealed partial class SplitPlan
{
    // What an ordinary request needs stays; what a freak one blew up is left to the garbage collector.
    private const int KeptEntries = 64 * 1024;

    private ScratchList<FieldRange> _ranges = new(64);
    private ScratchList<ScopeEntry> _scopes = new(32);
    private ScratchList<FieldChain> _resources = new(32);

    // only requests have metrics between scopes and items that are split by data point
    private ScratchList<MetricEntry> _metrics = new(32);
    private PartDraft[] _parts = [];
    private SlotStamp[] _stamps = [];
    private FieldChain _requestHeader = FieldChain.Empty;
    private int _requestStamp;
    private int _requestLength;
    private MetricNameKey? _metricNameKey;
    private StreamKey? _streamKey;
    private SeriesKey? _seriesKey;
    private AttributeKey? _attributeKey;
    private TraceGroups? _traces;

    /// <summary>Where identifiers that are no slice of the request are put together.</summary>
    internal IdentifierBuffer Identifier { get; } = new();

    /// <summary>Where attributes are sorted that an identifier needs as text.</summary>
    internal AttributeList Attributes { get; } = new();

    /// <summary>What hashes attribute maps.</summary>
    internal AttributeHasher Hasher { get; } = new();

    /// <summary>What routes metrics by their names.</summary>
    internal MetricNameKey MetricNameKey => _metricNameKey ??= new MetricNameKey();

    /// <summary>What routes data points by their series.</summary>
    internal ItemKey StreamKeyOf(IdentifierDialect dialect) =>
        dialect == IdentifierDialect.Collector ? _streamKey ??= new StreamKey(Hasher, Identifier) : _seriesKey ??= new SeriesKey();

    /// <summary>What routes items by attributes.</summary>
    internal AttributeKey AttributeKey => _attributeKey ??= new AttributeKey(Identifier, Attributes);

    /// <summary>The parts of the traces of this request.</summary>
    internal TraceParts TraceParts { get; } = new();

    /// <summary>A single part is written like one of several.</summary>
    internal bool IsRewritten { get; set; }

    /// <summary>The traces of the current scope.</summary>
    internal TraceGroups Traces => _traces ??= new TraceGroups();

    private bool IsOversized =>
        _ranges.Capacity > KeptEntries || _scopes.Capacity > KeptEntries || _resources.Capacity > KeptEntries || _metrics.Capacity > KeptEntries
        || Identifier.Capacity > KeptEntries || Attributes.Capacity > KeptEntries || Hasher.Capacity > KeptEntries || _traces?.Capacity > KeptEntries
        || _attributeKey?.Capacity > KeptEntries || RoomOfParts > KeptEntries;

    private long RoomOfParts
    {
        get
        {
            long room = 0;
            foreach (var part in _parts)
                room += part.Capacity;
            return room;
        }
    }

    /// <summary>Starts over.</summary>
    internal void Begin(int requestLength, int slotLimit)
    {
        ObjectDisposedException.ThrowIf(!_rented, this);
        Reset(requestLength);
        if (_stamps.Length < slotLimit)
            Array.Resize(ref _stamps, slotLimit);
        if (_requestStamp == int.MaxValue)
        {
            Array.Clear(_stamps);
            _requestStamp = 0;
        }

        _requestStamp++;
    }

    internal int BeginResource()
    {
        _resources.Add() = FieldChain.Empty;
        return _resources.Count - 1;
    }

    internal int BeginScope(int resource)
    {
        _scopes.Add() = new ScopeEntry { Resource = resource, Header = FieldChain.Empty };
        return _scopes.Count - 1;
    }

    /// <summary>Begins a metric that has points.</summary>
    internal int BeginMetric(uint kind)
    {
        _metrics.Add() = new MetricEntry
        {
            Header = FieldChain.Empty,
            Data = FieldChain.Empty,
            DataTag = (byte)((kind << 3) | WireType.LengthDelimited),
        };
        return _metrics.Count - 1;
    }

    internal void AddToRequest(int start, int end) => Append(ref _requestHeader, start, end);

    internal void AddToResource(int resource, int start, int end) => Append(ref _resources[resource], start, end);

    internal void AddToScope(int scope, int start, int end) => Append(ref _scopes[scope].Header, start, end);

    internal void AddToMetric(int metric, int start, int end) => Append(ref _metrics[metric].Header, start, end);

    internal void AddToMetricData(int metric, int start, int end) => Append(ref _metrics[metric].Data, start, end);

    /// <summary>The part of a ring slot, a new one for the slot's first item.</summary>
    internal int PartOf(int slot)
    {
        ref var stamp = ref _stamps[slot];
        if (stamp.Request == _requestStamp)
            return stamp.Part;

        stamp.Request = _requestStamp;
        stamp.Part = AddPart(slot);
        return stamp.Part;
    }

    /// <summary>A new part.</summary>
    internal int AddPart(int slot)
    {
        if (PartCount == _parts.Length)
        {
            Array.Resize(ref _parts, Math.Max(4, 2 * PartCount));
            for (int i = PartCount; i < _parts.Length; i++)
                _parts[i] = new PartDraft();
        }

        _parts[PartCount].Begin(slot);
        return PartCount++;
    }

    /// <summary>Adds items of a scope to a part, or data points of a metric.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void AddItems(int part, int scope, int metric, int start, int end, int items) => _parts[part].Add(scope, metric, start, end, items);

    /// <summary>Adds a whole resource entry to a part.</summary>
    internal void AddEntry(int part, int start, int end, int items) => _parts[part].Add(PartSection.WholeEntries, PartSection.WholeItems, start, end, items);

    /// <summary>Notes items that have not what they are routed by.</summary>
    internal void AddMissingKey(int items) => MissingKeyItems += items;

    /// <summary>Notes items of a field of before OTLP 0.15: their scope entry is written with today's number, also when all of the request goes to one slot.</summary>
    internal void AddOld(int items)
    {
        OldItems += items;
        IsRewritten = true;
    }

    private void Append(ref FieldChain chain, int start, int end)
    {
        chain.Length += end - start;
        if (chain.Last >= 0 && _ranges[chain.Last].End == start)
        {
            _ranges[chain.Last].End = end;
            return;
        }

        int index = _ranges.Count;
        _ranges.Add() = new FieldRange { Start = start, End = end, Next = -1 };
        if (chain.Last >= 0)
            _ranges[chain.Last].Next = index;
        else
            chain.First = index;
        chain.Last = index;
    }

    private void Reset(int requestLength)
    {
        PartCount = 0;
        _ranges.Clear();
        _scopes.Clear();
        _resources.Clear();
        _metrics.Clear();
        TraceParts.Clear();
        Attributes.Truncate(0);
        _requestHeader = FieldChain.Empty;
        _requestLength = requestLength;
        MissingKeyItems = 0;
        OldItems = 0;
        IsRewritten = false;
    }
}
