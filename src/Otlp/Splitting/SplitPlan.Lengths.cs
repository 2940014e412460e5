using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>The lengths of a plan's parts and of the entries in them, innermost first.</summary>
public sealed partial class SplitPlan
{
    /// <summary>Works out the lengths, once everything is collected.</summary>
    internal void Complete()
    {
        if (IsWhole)
        {
            _parts[0].Length = _requestLength;
            return;
        }

        foreach (var part in _parts.AsSpan(0, PartCount))
        {
            part.End();
            part.Length = _requestHeader.Length + LengthOf(part.Sections);
        }
    }

    private int LengthOf(Span<PartSection> sections)
    {
        int total = 0;
        for (int i = 0; i < sections.Length;)
        {
            ref var first = ref sections[i];
            if (first.Scope == PartSection.WholeEntries)
            {
                total += first.Bytes;
                i++;
                continue;
            }

            int resource = _scopes[first.Scope].Resource;
            int length = _resources[resource].Length;
            do
            {
                length += CloseScope(sections, ref i);
            }
            while (i < sections.Length && sections[i].Scope != PartSection.WholeEntries && _scopes[sections[i].Scope].Resource == resource);

            first.ResourceLength = length;
            total += WithHead(length);
        }

        return total;
    }

    /// <summary>Sums up the sections of one scope in one part; answers its bytes with tag and length, and moves behind them.</summary>
    private int CloseScope(Span<PartSection> sections, ref int index)
    {
        ref var first = ref sections[index];
        int length = _scopes[first.Scope].Header.Length;
        do
        {
            length += CloseMetric(ref sections[index++]);
        }
        while (index < sections.Length && sections[index].Scope == first.Scope);

        first.ScopeLength = length;
        return WithHead(length);
    }

    /// <summary>The bytes of a section: those of its items, or of a metric with tag and length.</summary>
    private int CloseMetric(ref PartSection section)
    {
        if (section.Metric == PartSection.WholeItems)
            return section.Bytes;
        ref var metric = ref _metrics[section.Metric];
        section.DataLength = metric.Data.Length + section.Bytes;
        section.MetricLength = metric.Header.Length + WithHead(section.DataLength);
        return WithHead(section.MetricLength);
    }

    // with a tag of one byte
    private static int WithHead(int length) => 1 + Varint.SizeOf((uint)length) + length;
}
