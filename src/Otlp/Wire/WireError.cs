namespace OrleansLb.Otlp.Wire;

/// <summary>Why bytes are no valid OTLP request.</summary>
/// <param name="Message">What is wrong, in words for the sender.</param>
/// <param name="Offset">Where in the request, in bytes from its start.</param>
public readonly record struct WireError(string Message, int Offset)
{
    /// <summary>The field, as <c>resource_spans[0].scope_spans[2].spans[17].trace_id</c>; null when not even the request's own fields can be told apart.</summary>
    public string? Path { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Path is null ? $"{Message} at byte {Offset}" : $"{Path}: {Message} at byte {Offset}";
}
