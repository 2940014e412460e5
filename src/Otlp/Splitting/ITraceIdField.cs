using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>
/// Where a kind of item has its trace ID, and what its other fields have to be: a type of its own, so that the walk is compiled for each with the numbers built in.
/// </summary>
internal interface ITraceIdField
{
    /// <summary>The tag of the field, of one byte.</summary>
    static abstract uint Tag { get; }

    /// <summary>The fields that the walk steps over, see <see cref="ItemFields.PlainOfSpan"/>.</summary>
    static abstract ulong Plain { get; }

    /// <summary>The wire type of a field of the item, or <see cref="ItemFields.Any"/>.</summary>
    static abstract uint TypeOf(uint number);

    /// <summary>Bytes of a field that is an ID and not empty; zero for what is no ID.</summary>
    static abstract int IdLengthOf(uint number);

    /// <summary>Whether this is the head of a span's ID, or of its parent's, of eight bytes.</summary>
    static abstract bool IsSpanId(uint head);

    /// <summary>
    /// Where the sixteen bytes of the ID of an item begin that is written as nearly all are: fields in the order of their numbers, in short form. Most of them have one length,
    /// so that the processor finds the next without having read them. All fields are of the wire types that they have to be, and all IDs of the lengths.
    /// </summary>
    /// <param name="origin">The request.</param>
    /// <param name="start">Where the item's fields begin.</param>
    /// <param name="end">Where they end; <see cref="UsualFields.Margin"/> bytes from there on can be read.</param>
    /// <returns>Negative when the item is written otherwise, or is malformed.</returns>
    static abstract nint FindUsual(ref byte origin, nint start, nint end);

    /// <summary>
    /// Whether the item has its IDs where encoders put them, as long as they have to be. For who does not look inside of items: three heads at places that are known beforehand, and not the fields in between.
    /// </summary>
    /// <param name="origin">The request.</param>
    /// <param name="start">Where the item's fields begin.</param>
    /// <param name="end">Where they end. Nothing behind is read, so that the answer does not depend on where in a request the item stands.</param>
    static abstract bool HasUsualIds(ref byte origin, nint start, nint end);

    /// <summary>Whether the item has no IDs and is written as nearly all are otherwise, see <see cref="FindUsual"/>.</summary>
    /// <param name="origin">The request.</param>
    /// <param name="start">Where the item's fields begin.</param>
    /// <param name="end">Where they end; <see cref="UsualFields.Margin"/> bytes from there on can be read.</param>
    static abstract bool IsUsualWithoutIds(ref byte origin, nint start, nint end);
}
