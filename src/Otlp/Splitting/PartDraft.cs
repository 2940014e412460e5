using System.Runtime.CompilerServices;

namespace OrleansLb.Otlp.Splitting;

/// <summary>A part while it is collected: its sections, and their runs in the order of the request. Used again for parts of later requests.</summary>
internal sealed class PartDraft
{
    // One run stands in front that nothing goes on with.
    private ItemRun[] _runs = new ItemRun[16];
    private PartSection[] _sections = new PartSection[4];
    private int _lastRun;
    private int _sectionCount;
    private int _scope;
    private int _metric;
    private int _bytes;

    // the scope of no section
    private const int None = -2;

    public PartDraft() => _runs[0] = new ItemRun(-1, -1);

    public int Slot { get; private set; }

    public int ItemCount { get; private set; }

    /// <summary>Bytes of the part as a request of its own, once they are known.</summary>
    public int Length { get; set; }

    public Span<PartSection> Sections => _sections.AsSpan(0, _sectionCount);

    public int Capacity => _runs.Length + _sections.Length;

    /// <summary>Starts over with the part of a ring slot.</summary>
    public void Begin(int slot)
    {
        Slot = slot;
        ItemCount = 0;
        _lastRun = 0;
        _sectionCount = 0;
        _scope = None;
    }

    /// <summary>The runs of a section.</summary>
    public ReadOnlySpan<ItemRun> RunsOf(int section)
    {
        int first = _sections[section].FirstRun;
        int end = section + 1 < _sectionCount ? _sections[section + 1].FirstRun : _lastRun + 1;
        return _runs.AsSpan(first, end - first);
    }

    /// <summary>Adds items, or whole entries. Those of a scope, and in it those of a metric, come one after the other.</summary>
    /// <remarks>Whether an item goes on with a run or begins one is a branch that nobody foresees, so there is none.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int scope, int metric, int start, int end, int items)
    {
        if (_scope != scope || _metric != metric)
            Open(scope, metric);
        int lastRun = _lastRun;
        var runs = _runs;
        if (lastRun + 1 >= runs.Length)
            runs = Grow();

        _bytes += end - start;
        ItemCount += items;
        var last = runs[lastRun];
        int goesOn = last.End == start ? 1 : 0;
        lastRun += 1 - goesOn;
        runs[lastRun] = new ItemRun(start ^ ((start ^ last.Start) & -goesOn), end);
        _lastRun = lastRun;
    }

    /// <summary>Nothing is added any more.</summary>
    public void End()
    {
        if (_sectionCount > 0)
            _sections[_sectionCount - 1].Bytes = _bytes;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ItemRun[] Grow()
    {
        Array.Resize(ref _runs, 2 * _runs.Length);
        return _runs;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Open(int scope, int metric)
    {
        End();
        if (_sectionCount == _sections.Length)
            Array.Resize(ref _sections, 2 * _sectionCount);
        _sections[_sectionCount] = new PartSection
        {
            Scope = scope,
            Metric = metric,
            FirstRun = _lastRun + 1,
            ResourceLength = PartSection.NotOpened,
            ScopeLength = PartSection.NotOpened,
        };
        _sectionCount++;
        (_scope, _metric, _bytes) = (scope, metric, 0);
    }
}
