namespace OrleansLb.Otlp.Splitting;

/// <summary>Fields of an item that a routing attribute's name may stand for.</summary>
internal enum PseudoAttribute : byte
{
    None,
    SpanKind,
    SpanName,
    LogSeverity,
    LogBody,
}
