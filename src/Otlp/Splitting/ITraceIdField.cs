namespace OrleansLb.Otlp.Splitting;

/// <summary>Where a kind of item has its trace ID: a type of its own, so that the walk is compiled for each with the number built in.</summary>
internal interface ITraceIdField
{
    /// <summary>The tag of the field, of one byte.</summary>
    static abstract uint Tag { get; }
}
