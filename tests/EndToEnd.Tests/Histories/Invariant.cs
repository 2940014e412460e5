namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>What the program promises, whatever happens around it.</summary>
internal enum Invariant
{
    /// <summary>Not a promise of its own: nothing arrives that nobody sent, and nothing arrives changed.</summary>
    I0Authentic,

    /// <summary>Every acknowledged item reaches a backend at least once; from a memory queue unless the process dies.</summary>
    I1Delivered,

    /// <summary>With healthy backends there are no duplicates.</summary>
    I2Once,

    /// <summary>One key goes to one backend outside a declared window.</summary>
    I3OneOwner,

    /// <summary>Memory stays under the limit.</summary>
    I4Memory,

    /// <summary>A refusal is a retryable answer with a delay; nothing is dropped without a counted reason.</summary>
    I5Refusals,

    /// <summary>Counters balance: received = delivered + queued + refused + dropped.</summary>
    I6Balance,
}
