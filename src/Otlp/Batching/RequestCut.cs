using OrleansLb.Otlp.Splitting;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Batching;

/// <summary>
/// One walk over a request that is cut: whole resource entries as long as they fit, then item by item. Descriptions may stand
/// behind their children, so each entry's own fields are gathered before its children are placed.
/// </summary>
internal ref struct RequestCut(Signal signal, ReadOnlySpan<byte> request, PieceLimit limit, SplitPlan plan)
{
    private const int None = -1;

    private readonly ReadOnlySpan<byte> _request = request;
    private PieceLength _length;
    private int _taken = limit.Taken;
    private int _items;
    private int _number;
    private int _part = None;

    /// <summary>Nothing is in the piece, nor in what it is to be put behind.</summary>
    private readonly bool IsEmpty => _part == None && _taken == 0;

    public bool TryRun(ref WireError error)
    {
        for (int position = 0; position < _request.Length;)
        {
            if (!WireReader.TryRead(_request, position, _request.Length, out var field, ref error))
                return false;
            if (field.Number != OtlpTags.ResourceEntriesNumber)
            {
                plan.AddToRequest(position, field.End);
                _length.RequestHeader += field.End - position;
            }
            else if (field.Type != WireType.LengthDelimited)
            {
                return WireReader.WrongType(position, ref error);
            }

            position = field.End;
        }

        _length.Clear();
        for (int position = 0; position < _request.Length;)
        {
            if (!WireReader.TryRead(_request, position, _request.Length, out var field, ref error)
                || (field.Tag == OtlpTags.ResourceEntries && !TryPlaceEntry(position, field, ref error)))
            {
                return false;
            }

            position = field.End;
        }

        return true;
    }

    private bool TryPlaceEntry(int start, WireField entry, ref WireError error)
    {
        var count = default(ItemCount);
        if (!ItemCounter.TryCountResourceEntry(signal, ItemCheck.None, _request, entry.ValueStart, entry.End, ref count, ref error))
            return false;
        if (count.Elements == 0)
            return true;

        int bytes = entry.End - start;
        if (Fits(count.Items, _length.WithEntry(bytes)))
        {
            plan.AddEntry(PieceOf(count.Items), start, entry.End, count.Items);
            _length.AddEntry(bytes);
            return true;
        }

        int resource = plan.BeginResource();
        _length.ResourceHeader = 0;
        for (int position = entry.ValueStart; position < entry.End;)
        {
            if (!WireReader.TryRead(_request, position, entry.End, out var field, ref error))
                return false;
            if (field.Tag is not (OtlpTags.ScopeEntries or OtlpTags.OldScopeEntries))
            {
                plan.AddToResource(resource, position, field.End);
                _length.ResourceHeader += field.End - position;
            }

            position = field.End;
        }

        for (int position = entry.ValueStart; position < entry.End;)
        {
            if (!WireReader.TryRead(_request, position, entry.End, out var field, ref error)
                || (field.Tag is OtlpTags.ScopeEntries or OtlpTags.OldScopeEntries && !TryPlaceScope(resource, field, ref error)))
            {
                return false;
            }

            position = field.End;
        }

        _length.CloseResource();
        return true;
    }

    private bool TryPlaceScope(int resource, WireField entry, ref WireError error)
    {
        int scope = plan.BeginScope(resource);
        _length.ScopeHeader = 0;
        for (int position = entry.ValueStart; position < entry.End;)
        {
            if (!WireReader.TryRead(_request, position, entry.End, out var field, ref error))
                return false;
            if (field.Tag != OtlpTags.Items)
            {
                plan.AddToScope(scope, position, field.End);
                _length.ScopeHeader += field.End - position;
            }

            position = field.End;
        }

        for (int position = entry.ValueStart; position < entry.End;)
        {
            if (!WireReader.TryRead(_request, position, entry.End, out var field, ref error)
                || (field.Tag == OtlpTags.Items && !TryPlaceItem(scope, position, field, ref error)))
            {
                return false;
            }

            position = field.End;
        }

        _length.CloseScope();
        return true;
    }

    private bool TryPlaceItem(int scope, int start, WireField item, ref WireError error)
    {
        int items = 1;
        if (signal == Signal.Metrics && !ItemCounter.TryCountDataPoints(_request, item.ValueStart, item.End, out items, ref error))
            return false;

        int bytes = item.End - start;
        if (!Fits(items, _length.WithItem(bytes)))
        {
            if (items > 1)
                return TryPlacePoints(scope, item, ref error);
            BeginNext();
        }

        plan.AddItems(PieceOf(items), scope, PartSection.WholeItems, start, item.End, items);
        _length.AddItem(bytes);
        return true;
    }

    private bool TryPlacePoints(int scope, WireField item, ref WireError error)
    {
        if (!MetricShell.TryRead(_request, item.ValueStart, item.End, out var shell, ref error))
            return false;

        int metric = plan.BeginMetric(shell.Kind);
        (_length.MetricHeader, _length.DataHeader) = (0, 0);
        return TryWalkData(item, shell.DataFrom, metric, None, ref error) && TryWalkData(item, shell.DataFrom, metric, scope, ref error);
    }

    /// <summary>Gathers what lies around the points of a metric when there is no scope, and places the points when there is.</summary>
    private bool TryWalkData(WireField item, int dataFrom, int metric, int scope, ref WireError error)
    {
        for (int position = item.ValueStart; position < item.End;)
        {
            if (!WireReader.TryRead(_request, position, item.End, out var field, ref error))
                return false;
            if (!OtlpTags.IsMetricData(field.Number))
            {
                if (scope == None)
                {
                    plan.AddToMetric(metric, position, field.End);
                    _length.MetricHeader += field.End - position;
                }
            }
            else if (position >= dataFrom && !TryWalkPoints(field, metric, scope, ref error))
            {
                return false;
            }

            position = field.End;
        }

        if (scope != None)
            _length.CloseMetric();
        return true;
    }

    private bool TryWalkPoints(WireField data, int metric, int scope, ref WireError error)
    {
        for (int position = data.ValueStart; position < data.End;)
        {
            if (!WireReader.TryRead(_request, position, data.End, out var field, ref error))
                return false;
            int bytes = field.End - position;
            if (field.Tag == OtlpTags.DataPoints)
            {
                if (scope != None)
                    PlacePoint(scope, metric, position, field.End, bytes);
            }
            else if (scope == None)
            {
                plan.AddToMetricData(metric, position, field.End);
                _length.DataHeader += bytes;
            }

            position = field.End;
        }

        return true;
    }

    private void PlacePoint(int scope, int metric, int start, int end, int bytes)
    {
        if (!Fits(1, _length.WithPoint(bytes)))
            BeginNext();
        plan.AddItems(PieceOf(items: 1), scope, metric, start, end, items: 1);
        _length.AddPoint(bytes);
    }

    private readonly bool Fits(int items, int bytes) => limit.Sizer == ItemSizer.Items
        ? (long)_taken + _items + items <= limit.Most
        : (long)_taken + bytes <= limit.Most;

    private void BeginNext()
    {
        if (IsEmpty)
            return;
        _number++;
        (_part, _taken, _items) = (None, 0, 0);
        _length.Clear();
    }

    /// <summary>The part of the piece, which gets so many items more.</summary>
    private int PieceOf(int items)
    {
        if (_part == None)
            _part = plan.AddPart(_number);
        _items += items;
        return _part;
    }
}
