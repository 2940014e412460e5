namespace OrleansLb.Silo.Load;

/// <summary>The answer to one export call.</summary>
/// <param name="Status">The gRPC status code; null when the call got no answer.</param>
/// <param name="Message">What went wrong.</param>
/// <param name="RetryAfter">How long the receiver asks to be left alone (<c>RetryInfo</c>); null when it says nothing of that.</param>
internal readonly record struct ExportOutcome(int? Status, string? Message, TimeSpan? RetryAfter = null)
{
    private const int Ok = 0;
    private const int ResourceExhausted = 8;
    private const int Unavailable = 14;

    /// <summary>The receiver took the request.</summary>
    public bool Acknowledged => Status == Ok;

    /// <summary>Sending it again may help; a call without an answer may have been delivered.</summary>
    public bool Retryable => Status is null or Unavailable or ResourceExhausted;

    /// <inheritdoc/>
    public override string ToString() => $"grpc-status {Status?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}: {Message}";
}
