namespace OrleansLb.Otlp;

/// <summary>How the bytes of a message are coded on the wire.</summary>
public enum ContentCoding : byte
{
    /// <summary>As they are.</summary>
    Identity = 0,

    /// <summary>RFC 1952.</summary>
    Gzip = 1,
}
