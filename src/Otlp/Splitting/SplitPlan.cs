using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>
/// How a request falls into parts: slices of the request and the lengths to write around them. Scratch memory that is used
/// again and again; it refers to the request by offsets and does not keep it. Not safe for concurrent use.
/// </summary>
public sealed partial class SplitPlan : IDisposable
{
    private bool _rented;

    private SplitPlan()
    {
    }

    /// <summary>How many ring slots get something; zero when the request holds nothing to send.</summary>
    public int PartCount { get; private set; }

    /// <summary>Everything goes to one ring slot: the original bytes are the part.</summary>
    public bool IsWhole => PartCount == 1 && !IsRewritten;

    /// <summary>
    /// How many items have not what they are routed by: no trace ID, no service name, no metric name, none of the attributes. They
    /// have a part like the others.
    /// </summary>
    public int MissingKeyItems { get; private set; }

    /// <summary>How many items stood in a field of before OTLP 0.15, <c>instrumentation_library_spans</c> or its like. In their parts they stand in <c>scope_spans</c>.</summary>
    public int OldItems { get; private set; }

    /// <summary>An empty plan; <see cref="Dispose"/> gives it back.</summary>
    public static SplitPlan Rent()
    {
        var plan = SplitPlanPool.TryTake() ?? new SplitPlan();
        plan._rented = true;
        return plan;
    }

    /// <summary>The part <paramref name="index"/>, of <see cref="PartCount"/>; in the order of their first items.</summary>
    public SplitPart Part(int index)
    {
        var part = PartAt(index);
        return new SplitPart(part.Slot, part.ItemCount, part.Length);
    }

    /// <summary>Writes a part as a request of its own.</summary>
    /// <param name="index">Which part.</param>
    /// <param name="request">The request that the plan was made from.</param>
    /// <param name="destination">Exactly <see cref="SplitPart.Length"/> bytes are written to its start.</param>
    public void CopyPart(int index, ReadOnlySpan<byte> request, Span<byte> destination)
    {
        var part = PartAt(index);
        if (request.Length != _requestLength)
            throw new ArgumentException("The plan was made from another request.", nameof(request));
        if (destination.Length < part.Length)
            throw new ArgumentException("The part does not fit.", nameof(destination));

        if (IsWhole)
        {
            request.CopyTo(destination);
            return;
        }

        int position = CopyChain(_requestHeader, request, destination, 0);
        var sections = part.Sections;
        for (int i = 0; i < sections.Length; i++)
        {
            position = OpenSection(sections[i], request, destination, position);
            foreach (var run in part.RunsOf(i))
            {
                RunCopy.Copy(request[run.Start..run.End], destination[position..]);
                position += run.End - run.Start;
            }
        }
    }

    /// <summary>Gives the plan back; it must not be used afterwards.</summary>
    public void Dispose()
    {
        if (!_rented)
            return;
        _rented = false;
        Reset(0);
        if (!IsOversized)
            SplitPlanPool.GiveBack(this);
    }

    /// <summary>Writes what stands before the items of a section, as far as it begins there.</summary>
    private int OpenSection(in PartSection section, ReadOnlySpan<byte> request, Span<byte> destination, int position)
    {
        if (section.Scope == PartSection.WholeEntries)
            return position;

        ref var scope = ref _scopes[section.Scope];
        if (section.ResourceLength != PartSection.NotOpened)
        {
            position = WriteHead((byte)OtlpTags.ResourceEntries, section.ResourceLength, destination, position);
            position = CopyChain(_resources[scope.Resource], request, destination, position);
        }

        if (section.ScopeLength != PartSection.NotOpened)
        {
            position = WriteHead((byte)OtlpTags.ScopeEntries, section.ScopeLength, destination, position);
            position = CopyChain(scope.Header, request, destination, position);
        }

        if (section.Metric == PartSection.WholeItems)
            return position;
        ref var metric = ref _metrics[section.Metric];
        position = WriteHead((byte)OtlpTags.Items, section.MetricLength, destination, position);
        position = CopyChain(metric.Header, request, destination, position);
        position = WriteHead(metric.DataTag, section.DataLength, destination, position);
        return CopyChain(metric.Data, request, destination, position);
    }

    private static int WriteHead(byte tag, int length, Span<byte> destination, int position)
    {
        destination[position++] = tag;
        return Varint.Write(destination, position, (uint)length);
    }

    private int CopyChain(in FieldChain chain, ReadOnlySpan<byte> request, Span<byte> destination, int position)
    {
        for (int next = chain.First; next >= 0;)
        {
            ref var range = ref _ranges[next];
            request[range.Start..range.End].CopyTo(destination[position..]);
            position += range.End - range.Start;
            next = range.Next;
        }

        return position;
    }

    private PartDraft PartAt(int index)
    {
        ObjectDisposedException.ThrowIf(!_rented, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)PartCount, nameof(index));
        return _parts[index];
    }
}
