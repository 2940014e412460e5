using OrleansLb.Otlp.Memory;

namespace OrleansLb.Testing;

/// <summary>Payloads out of bytes that a test has at hand.</summary>
public static class PayloadPoolExtensions
{
    /// <summary>A payload out of the pool with one reference, the caller's.</summary>
    public static Payload CopyOf(this PayloadPool pool, ReadOnlySpan<byte> message)
    {
        ArgumentNullException.ThrowIfNull(pool);
        using var buffer = pool.Rent(message.Length);
        message.CopyTo(buffer.Message.Span);
        return buffer.Seal(message.Length);
    }
}
