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

    private ScratchList<ItemRun> _runs = new(256);
    private ScratchList<FieldRange> _ranges = new(64);
    private ScratchList<ScopeEntry> _scopes = new(32);
    private ScratchList<FieldChain> _resources = new(32);
    private ScratchList<PartEntry> _parts = new(32);
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
        _runs.Capacity > KeptEntries || _ranges.Capacity > KeptEntries || _scopes.Capacity > KeptEntries
        || _resources.Capacity > KeptEntries || Identifier.Capacity > KeptEntries
        || Attributes.Capacity > KeptEntries || Hasher.Capacity > KeptEntries
        || _metrics.Capacity > KeptEntries || _metricRuns.Capacity > KeptEntries || _traces?.Capacity > KeptEntries;

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

    internal void AddToRequest(int start, int end) => Append(ref _requestHeader, start, end);

    internal void AddToResource(int resource, int start, int end) => Append(ref _resources[resource], start, end);

    internal void AddToScope(int scope, int start, int end) => Append(ref _scopes[scope].Header, start, end);

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
        _parts.Add() = new PartEntry { Slot = slot, FirstRun = -1, LastRun = -1 };
        return _parts.Count - 1;
    }

    /// <summary>Adds adjacent items of a scope, or a whole resource entry, to a part.</summary>
    internal void AddRun(int partIndex, int scope, int start, int end, int items)
    {
        ref var part = ref _parts[partIndex];
        part.ItemCount += items;
        int newest = _runs.Count - 1;
        if (newest >= 0)
        {
            ref var last = ref _runs[newest];
            if (last.End == start && last.Part == partIndex && last.Scope == scope)
            {
                last.End = end;
                return;
            }
        }

        AppendRun(ref part, partIndex, scope, start, end);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AppendRun(ref PartEntry part, int partIndex, int scope, int start, int end)
    {
        int index = _runs.Count;
        ref var run = ref _runs.Add();
        run.Start = start;
        run.End = end;
        run.Part = partIndex;
        run.Scope = scope;
        run.Next = -1;
        if (part.LastRun >= 0)
            _runs[part.LastRun].Next = index;
        else
            part.FirstRun = index;
        part.LastRun = index;
    }

    /// <summary>Notes items that have not what they are routed by.</summary>
    internal void AddMissingKey(int items) => MissingKeyItems += items;

    /// <summary>Works out the lengths, innermost first.</summary>
    internal void Complete()
    {
        if (IsWhole)
        {
            _parts[0].Length = _requestLength;
            return;
        }

        for (int i = 0; i < _parts.Count; i++)
            _parts[i].Length = _requestHeader.Length + LengthOfRuns(_parts[i].FirstRun);
    }

    private int LengthOfRuns(int first)
    {
        int total = 0;
        int next = first;
        while (next >= 0)
        {
            ref var run = ref _runs[next];
            if (run.Scope == ItemRun.WholeEntries)
            {
                total += run.End - run.Start;
                next = run.Next;
                continue;
            }

            int resource = _scopes[run.Scope].Resource;
            int length = _resources[resource].Length;
            int scopeRun = next;
            do
            {
                int scopeLength = _metricRuns.Count != 0 ? CloseScopeOfPoints(scopeRun, out int following) : CloseScope(scopeRun, out following);
                length += 1 + Varint.SizeOf((uint)scopeLength) + scopeLength;
                scopeRun = following;
            }
            while (scopeRun >= 0 && _runs[scopeRun].Scope != ItemRun.WholeEntries && _scopes[_runs[scopeRun].Scope].Resource == resource);

            _runs[next].ResourceLength = length;
            total += 1 + Varint.SizeOf((uint)length) + length;
            next = scopeRun;
        }

        return total;
    }

    /// <summary>Sums up the runs of one scope in one part; <paramref name="next"/> is the part's first run behind them.</summary>
    private int CloseScope(int first, out int next)
    {
        int scope = _runs[first].Scope;
        int length = _scopes[scope].Header.Length;
        next = first;
        do
        {
            length += CloseRun(next, out next);
        }
        while (next >= 0 && _runs[next].Scope == scope);

        _runs[first].ScopeLength = length;
        return length;
    }

    /// <summary>A run that opens nothing until the one it stands first in says otherwise; answers its bytes.</summary>
    private int CloseRun(int index, out int next)
    {
        ref var run = ref _runs[index];
        run.ResourceLength = ItemRun.NotOpened;
        run.ScopeLength = ItemRun.NotOpened;
        next = run.Next;
        return run.End - run.Start;
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
        _runs.Clear();
        _ranges.Clear();
        _scopes.Clear();
        _resources.Clear();
        _parts.Clear();
        _metrics.Clear();
        _metricRuns.Clear();
        _pendingCount = 0;
        TraceParts.Clear();
        Attributes.Truncate(0);
        _requestHeader = FieldChain.Empty;
        _requestLength = requestLength;
        MissingKeyItems = 0;
        IsRewritten = false;
    }
}
