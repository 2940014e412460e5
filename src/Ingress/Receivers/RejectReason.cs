namespace OrleansLb.Ingress.Receivers;

/// <summary>Why a request was turned away before its items could be counted.</summary>
internal enum RejectReason : byte
{
    /// <summary>It was not.</summary>
    None = 0,

    /// <summary>Wrong method, or a path or service that is not served.</summary>
    Unserved = 1,

    /// <summary>A content type other than the one that is served.</summary>
    ContentType = 2,

    /// <summary>A coding other than identity and gzip.</summary>
    UnsupportedCoding = 3,

    /// <summary>Not exactly one well-framed gRPC message.</summary>
    Framing = 4,

    /// <summary>Longer than the limit on the wire.</summary>
    TooLarge = 5,

    /// <summary>Longer than the limit once decompressed.</summary>
    DecompressedTooLarge = 6,

    /// <summary>Damaged in compressed form.</summary>
    CorruptCompression = 7,

    /// <summary>No OTLP request.</summary>
    Undecodable = 8,

    /// <summary>The client went away while it sent.</summary>
    Aborted = 9,

    /// <summary>The client's deadline passed while it sent.</summary>
    Deadline = 10,

    /// <summary>The memory limit is near.</summary>
    Memory = 11,

    /// <summary>There was no room for any of the last requests: it was not even read.</summary>
    Overload = 12,

    /// <summary>Nothing came of the body any more.</summary>
    Idle = 13,
}
