namespace OrleansLb.Ingress.Pipeline;

/// <summary>What became of a request.</summary>
public enum ConsumeStatus : byte
{
    /// <summary>Every item was accepted.</summary>
    Accepted = 0,

    /// <summary>Not accepted now; the client may send it again.</summary>
    Unavailable = 1,

    /// <summary>The request itself is at fault; sending it again is of no use.</summary>
    Invalid = 2,

    /// <summary>A backend refused it for good.</summary>
    Rejected = 3,

    /// <summary>The client went away before the request was accepted: nothing of it is queued.</summary>
    Cancelled = 4,
}
