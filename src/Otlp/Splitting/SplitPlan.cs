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
    public int PartCount => _parts.Count;

    /// <summary>Everything goes to one ring slot: the original bytes are the part.</summary>
    public bool IsWhole => _parts.Count == 1 && !IsRewritten;

    /// <summary>
    /// How many items have not what they are routed by: no trace ID, no service name, no metric name, none of the attributes. They
    /// have a part like the others.
    /// </summary>
    public int MissingKeyItems { get; private set; }

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
        ref var part = ref PartAt(index);
        return new SplitPart(part.Slot, part.ItemCount, part.Length);
    }

    /// <summary>Writes a part as a request of its own.</summary>
    /// <param name="index">Which part.</param>
    /// <param name="request">The request that the plan was made from.</param>
    /// <param name="destination">Exactly <see cref="SplitPart.Length"/> bytes are written to its start.</param>
    public void CopyPart(int index, ReadOnlySpan<byte> request, Span<byte> destination)
    {
        ref var part = ref PartAt(index);
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
        for (int next = part.FirstRun; next >= 0;)
        {
            ref var run = ref _runs[next];
            if (run.Scope != ItemRun.WholeEntries)
            {
                ref var scope = ref _scopes[run.Scope];
                if (run.ResourceLength != ItemRun.NotOpened)
                {
                    destination[position++] = (byte)OtlpTags.ResourceEntries;
                    position = Varint.Write(destination, position, (uint)run.ResourceLength);
                    position = CopyChain(_resources[scope.Resource], request, destination, position);
                }

                if (run.ScopeLength != ItemRun.NotOpened)
                {
                    destination[position++] = (byte)OtlpTags.ScopeEntries;
                    position = Varint.Write(destination, position, (uint)run.ScopeLength);
                    position = CopyChain(scope.Header, request, destination, position);
                }
            }

            if (_metricRuns.Count != 0)
                position = OpenMetric(next, request, destination, position);
            request[run.Start..run.End].CopyTo(destination[position..]);
            position += run.End - run.Start;
            next = run.Next;
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

    private ref PartEntry PartAt(int index)
    {
        ObjectDisposedException.ThrowIf(!_rented, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_parts.Count, nameof(index));
        return ref _parts[index];
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
}
