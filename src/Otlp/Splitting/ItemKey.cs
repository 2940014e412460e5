using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>
/// Makes the identifiers of items from what lies around them and in them, level by level: what is outside is worked out once
/// for all that is inside. Scratch memory that is used again and again; not safe for concurrent use.
/// </summary>
internal abstract class ItemKey
{
    /// <summary>Whether all items of the scope that was just entered have the same identifier, whatever is in them.</summary>
    public virtual bool IsSettled => false;

    /// <summary>Whether the identifier that was just made says nothing of its item, which has not what it is routed by.</summary>
    public virtual bool IsMissing => false;

    /// <summary>The part of the item that was last asked for, if the key knows it without an identifier; otherwise -1, and <see cref="Keep"/> is to tell.</summary>
    public int KnownPart { get; protected set; } = -1;

    /// <summary>Takes from a resource entry what identifiers need, wherever in the entry the resource stands.</summary>
    public virtual bool TryEnterResource(ReadOnlySpan<byte> request, int start, int end, ref WireError error) => true;

    /// <summary>Takes from a scope entry what identifiers need, wherever in the entry the scope stands.</summary>
    public virtual bool TryEnterScope(ReadOnlySpan<byte> request, int start, int end, ref WireError error) => true;

    /// <summary>Takes from a metric what the identifiers of its points need.</summary>
    public virtual void EnterMetric(ReadOnlySpan<byte> request, in MetricShell shell)
    {
    }

    /// <summary>Tells the part of the item that was last asked for.</summary>
    public virtual void Keep(int part)
    {
    }

    /// <summary>The identifier of an item: a slice of the request, or memory that holds until the next call.</summary>
    /// <param name="request">The request.</param>
    /// <param name="start">Where the item's fields begin; equal to <paramref name="end"/> for a metric that has no point.</param>
    /// <param name="end">Where the item's fields end.</param>
    /// <param name="attributesNumber">Which of them are its attributes.</param>
    /// <param name="identifier">The bytes that the router is asked with; none when there is a <see cref="KnownPart"/>.</param>
    /// <param name="error">What is wrong with the bytes, when the answer is false.</param>
    public abstract bool TryIdentify(
        ReadOnlySpan<byte> request, int start, int end, uint attributesNumber, out ReadOnlySpan<byte> identifier, ref WireError error);
}
