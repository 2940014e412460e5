using System.Diagnostics.CodeAnalysis;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Ingress.Pipeline;

/// <summary>
/// An OTLP export request as a receiver hands it on: read whole and decompressed. It is known to hold at least one item, unless it goes to a
/// consumer that <see cref="ISignalConsumer.CountsItems"/>. Not for concurrent use.
/// </summary>
/// <param name="Signal">The signal.</param>
/// <param name="Payload">The request, uncompressed.</param>
public sealed record ReceivedRequest(Signal Signal, Payload Payload)
{
    private int? _items;
    private string? _error;

    /// <summary>A request whose items have been counted.</summary>
    public ReceivedRequest(Signal signal, Payload payload, int itemCount)
        : this(signal, payload) => _items = itemCount;

    /// <summary>Spans, log records or data points in it; counted when nobody has yet. Zero when they cannot be told.</summary>
    public int ItemCount => _items ?? Count();

    /// <summary>How many of the items stand in a field of before OTLP 0.15; known once they are counted.</summary>
    public int OldItems { get; private set; }

    /// <summary>The request as it came, when it came compressed; lets a request that goes whole to one backend travel on as it is.</summary>
    public Payload? Compressed { get; init; }

    /// <summary>How long the client is willing to wait, from its <c>grpc-timeout</c>.</summary>
    public TimeSpan? Patience { get; init; }

    /// <summary>Says how many items there are, by whoever has walked over them.</summary>
    public void Counted(int items, int oldItems = 0)
    {
        _items = items;
        OldItems = oldItems;
    }

    /// <summary>Counts the items if nobody has yet.</summary>
    /// <returns>False when the envelope of the items is malformed.</returns>
    internal bool TryCount([NotNullWhen(false)] out string? error)
    {
        _ = ItemCount;
        error = _error;
        return error is null;
    }

    private int Count()
    {
        if (!RequestScanner.TryCountItems(Signal, Payload.Message.Span, out int items, out int oldItems, out var error))
            _error = $"the request is not valid OTLP: {error}";
        Counted(items, oldItems);
        return items;
    }
}
