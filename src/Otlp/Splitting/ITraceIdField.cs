namespace OrleansLb.Otlp.Splitting;

/// <summary>Where a kind of item has its trace ID: a type of its own, so that the walk is compiled for each with the number built in.</summary>
internal interface ITraceIdField
{
    /// <summary>The tag of the field, of one byte.</summary>
    static abstract uint Tag { get; }

    /// <summary>
    /// Where the sixteen bytes of the ID of an item begin that is written as nearly all are: fields in the order of their numbers, in short form. Most of them have one length,
    /// so that the processor finds the next without having read them.
    /// </summary>
    /// <param name="origin">The request.</param>
    /// <param name="start">Where the item's fields begin.</param>
    /// <param name="end">Where they end; <see cref="UsualFields.Margin"/> bytes from there on can be read.</param>
    /// <returns>Negative when the item is written otherwise, or is malformed.</returns>
    static abstract nint FindUsual(ref byte origin, nint start, nint end);
}
