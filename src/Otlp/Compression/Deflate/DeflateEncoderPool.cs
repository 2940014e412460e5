namespace OrleansLb.Otlp.Compression.Deflate;

/// <summary>Encoders that wait for their next message; as many are kept as can work at the same time, some 200 KB each.</summary>
internal static class DeflateEncoderPool
{
    private static readonly DeflateEncoder?[] Idle = new DeflateEncoder?[Environment.ProcessorCount];

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
