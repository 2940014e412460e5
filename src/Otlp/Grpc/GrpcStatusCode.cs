namespace OrleansLb.Otlp.Grpc;

/// <summary>The canonical gRPC status codes.</summary>
public enum GrpcStatusCode : byte
{
    /// <summary>Success.</summary>
    Ok = 0,

    /// <summary>The caller gave up.</summary>
    Cancelled = 1,

    /// <summary>No better code is known.</summary>
    Unknown = 2,

    /// <summary>The request is at fault, whatever the state of the server.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed first.</summary>
    DeadlineExceeded = 4,

    /// <summary>Something that was asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>Something that should be created exists.</summary>
    AlreadyExists = 6,

    /// <summary>The caller may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A limit or quota is used up.</summary>
    ResourceExhausted = 8,

    /// <summary>The server is not in the state that this needs.</summary>
    FailedPrecondition = 9,

    /// <summary>Aborted, for example by a conflict.</summary>
    Aborted = 10,

    /// <summary>Past the valid range.</summary>
    OutOfRange = 11,

    /// <summary>The method is unknown or not supported here.</summary>
    Unimplemented = 12,

    /// <summary>An invariant is broken, or the protocol.</summary>
    Internal = 13,

    /// <summary>Not now; most likely a passing state.</summary>
    Unavailable = 14,

    /// <summary>Data is lost or damaged beyond repair.</summary>
    DataLoss = 15,

    /// <summary>The caller is not known.</summary>
    Unauthenticated = 16,
}
