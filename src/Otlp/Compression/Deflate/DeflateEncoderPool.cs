namespace OrleansLb.Otlp.Compression.Deflate;

/// <summary>Encoders that wait for their next message; at most four per processor are kept, 180 KB each.</summary>
internal static class DeflateEncoderPool
{
    private static readonly DeflateEncoder?[] Idle = new DeflateEncoder?[4 * Environment.ProcessorCount];

    public static DeflateEncoder Take()
    {
        foreach (ref var place in Idle.AsSpan())
        {
            if (place is not null && Interlocked.Exchange(ref place, null) is { } encoder)
                return encoder;
        }

        return new DeflateEncoder();
    }

    public static void GiveBack(DeflateEncoder encoder)
    {
        foreach (ref var place in Idle.AsSpan())
        {
            if (place is null && Interlocked.CompareExchange(ref place, encoder, null) is null)
                return;
        }
    }
}
