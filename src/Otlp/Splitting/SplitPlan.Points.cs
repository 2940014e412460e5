using OrleansLb.Otlp.Memory;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>The third level, which only requests have that are split by data point: the metric between scope and items.</summary>
public sealed partial class SplitPlan
{
    private ScratchList<MetricEntry> _metrics = new(32);

    // As long as the list of runs when the plan is one of points, empty otherwise.
    private ScratchList<MetricRun> _metricRuns = new(64);

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

    internal void AddToMetric(int metric, int start, int end) => Append(ref _metrics[metric].Header, start, end);

    internal void AddToMetricData(int metric, int start, int end) => Append(ref _metrics[metric].Data, start, end);

    /// <summary>
    /// Adds adjacent points of a metric, or a whole metric, to a part. A plan has all of its runs from here or none.
    /// </summary>
    internal void AddMetricRun(int partIndex, int scope, int metric, int start, int end, int items)
    {
        _parts[partIndex].ItemCount += items;
        int newest = _runs.Count - 1;
        if (newest >= 0 && _metricRuns[newest].Metric == metric)
        {
            ref var last = ref _runs[newest];
            if (last.End == start && last.Part == partIndex && last.Scope == scope)
            {
                last.End = end;
                return;
            }
        }

        AppendRun(ref _parts[partIndex], partIndex, scope, start, end);
        _metricRuns.Add() = new MetricRun { Metric = metric };
    }

    /// <summary>As <see cref="CloseScope"/>, for a scope that holds metrics.</summary>
    private int CloseScopeOfPoints(int first, out int next)
    {
        int scope = _runs[first].Scope;
        int length = _scopes[scope].Header.Length;
        next = first;
        do
        {
            length += _metricRuns[next].Metric >= 0 ? CloseMetric(next, out next) : CloseRun(next, out next);
        }
        while (next >= 0 && _runs[next].Scope == scope);

        _runs[first].ScopeLength = length;
        return length;
    }

    /// <summary>Sums up the runs of one metric in one part; answers its bytes with tag and length.</summary>
    private int CloseMetric(int first, out int next)
    {
        int metric = _metricRuns[first].Metric;
        int data = _metrics[metric].Data.Length;
        next = first;
        do
        {
            _metricRuns[next].MetricLength = ItemRun.NotOpened;
            data += CloseRun(next, out next);
        }
        while (next >= 0 && _metricRuns[next].Metric == metric);

        int length = _metrics[metric].Header.Length + 1 + Varint.SizeOf((uint)data) + data;
        _metricRuns[first].MetricLength = length;
        _metricRuns[first].DataLength = data;
        return 1 + Varint.SizeOf((uint)length) + length;
    }

    /// <summary>Writes what stands before the points of a run, if its metric begins there.</summary>
    private int OpenMetric(int runIndex, ReadOnlySpan<byte> request, Span<byte> destination, int position)
    {
        ref var run = ref _metricRuns[runIndex];
        if (run.Metric < 0 || run.MetricLength == ItemRun.NotOpened)
            return position;

        ref var metric = ref _metrics[run.Metric];
        destination[position++] = (byte)OtlpTags.Items;
        position = Varint.Write(destination, position, (uint)run.MetricLength);
        position = CopyChain(metric.Header, request, destination, position);
        destination[position++] = metric.DataTag;
        position = Varint.Write(destination, position, (uint)run.DataLength);
        return CopyChain(metric.Data, request, destination, position);
    }
}
