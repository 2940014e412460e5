namespace OrleansLb.Otlp.Wire;

/// <summary>Why bytes are no valid OTLP request.</summary>
/// <param name="Message">What is wrong, in words for the sender.</param>
/// <param name="Offset">Where in the request, in bytes from its start.</param>
public readonly record struct WireError(string Message, int Offset)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Message} at byte {Offset}";
}
