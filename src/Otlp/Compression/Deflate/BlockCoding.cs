namespace OrleansLb.Otlp.Compression.Deflate;

/// <summary>How a block is written; the values are those of BTYPE, RFC 1951 §3.2.3.</summary>
internal enum BlockCoding
{
    /// <summary>Not compressed.</summary>
    Stored = 0,

    /// <summary>With the codes that the RFC fixes.</summary>
    Fixed = 1,

    /// <summary>With codes of its own, which it begins with.</summary>
    Dynamic = 2,
}
