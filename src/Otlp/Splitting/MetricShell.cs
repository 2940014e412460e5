using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>What lies around the points of a metric.</summary>
internal struct MetricShell
{
    private const int LongLength = 0x80;

    public int NameStart;
    public int NameEnd;
    public int UnitStart;
    public int UnitEnd;

    /// <summary>The kind of data, see <see cref="MetricKind"/>.</summary>
    public uint Kind;

    /// <summary>Where the data begins that counts: data of another kind before it was replaced.</summary>
    public int DataFrom;

    public int Points;

    private ulong _temporality;
    private bool _isMonotonic;

    /// <summary>The kind as the stream identity has it.</summary>
    public readonly byte TypeByte => Kind switch
    {
        MetricKind.Gauge => 1,
        MetricKind.Sum => 2,
        MetricKind.Histogram => 3,
        MetricKind.ExponentialHistogram => 4,
        MetricKind.Summary => 5,
        _ => 0,
    };

    /// <summary>Histograms count as monotonic.</summary>
    public readonly byte MonotonicByte => (byte)(_isMonotonic || IsHistogram ? 1 : 0);

    public readonly byte TemporalityByte => (byte)_temporality;

    private readonly bool IsHistogram => Kind is MetricKind.Histogram or MetricKind.ExponentialHistogram;

    public static bool TryRead(ReadOnlySpan<byte> request, int start, int end, out MetricShell shell, ref WireError error)
    {
        shell = default;
        for (int position = start; position < end;)
        {
            if (!WireReader.TryRead(request, position, end, out var field, ref error))
                return false;
            if (ItemFields.IsMistypedInMetric(field))
                return WireReader.WrongType(position, ref error);

            if (OtlpTags.IsMetricData(field.Number))
            {
                if (!shell.TryReadData(request, position, field, ref error))
                    return false;
            }
            else if (field.Number == OtlpTags.MetricNameNumber)
            {
                (shell.NameStart, shell.NameEnd) = (field.ValueStart, field.End);
            }
            else if (field.Number == OtlpTags.MetricUnitNumber)
            {
                (shell.UnitStart, shell.UnitEnd) = (field.ValueStart, field.End);
            }

            position = field.End;
        }

        return true;
    }

    private bool TryReadData(ReadOnlySpan<byte> request, int start, WireField data, ref WireError error)
    {
        if (data.Number != Kind)
        {
            Kind = data.Number;
            DataFrom = start;
            Points = 0;
            _temporality = 0;
            _isMonotonic = false;
        }

        for (int position = data.ValueStart; position < data.End;)
        {
            position = SkipPoints(request[..data.End], position);
            if (position == data.End)
                break;
            if (!WireReader.TryRead(request, position, data.End, out var field, ref error))
                return false;
            bool isTemporality = field.Number == OtlpTags.TemporalityNumber && (Kind == MetricKind.Sum || IsHistogram);
            bool isMonotonic = field.Number == OtlpTags.MonotonicNumber && Kind == MetricKind.Sum;
            if (ItemFields.IsMistypedInData(Kind, field))
                return WireReader.WrongType(position, ref error);

            if (field.Tag == OtlpTags.DataPoints)
                Points++;
            else if (isTemporality)
                _temporality = new AnyValue { Start = field.ValueStart, End = field.End }.ReadVarint(request);
            else if (isMonotonic)
                _isMonotonic = new AnyValue { Start = field.ValueStart, End = field.End }.ReadVarint(request) != 0;
            position = field.End;
        }

        return true;
    }

    /// <summary>Counts points that stand side by side, and answers where the first other field begins, or a point of another form.</summary>
    private int SkipPoints(ReadOnlySpan<byte> data, int position)
    {
        int points = 0;
        while (position + 2 < data.Length && data[position] == OtlpTags.DataPoints)
        {
            int length = data[position + 1];
            int next = position + 2 + length;
            if (length >= LongLength)
            {
                int high = data[position + 2];
                next += 1 + ((high - 1) << 7);
                if (high >= LongLength)
                    break;
            }

            if (next > data.Length)
                break;
            points++;
            position = next;
        }

        Points += points;
        return position;
    }
}
