namespace OrleansLb.EndToEnd.Tests.Chaos;

/// <summary>What may be the matter with a backend.</summary>
internal enum BackendFault
{
    /// <summary>The port refuses, connections break.</summary>
    Down,

    /// <summary>Connections are taken and nothing is ever read.</summary>
    BlackHoled,

    /// <summary>Requests are read, and there is no answer.</summary>
    Silent,

    /// <summary>Requests are kept, and there is no answer.</summary>
    TakesInSilence,

    /// <summary>Answers take a while.</summary>
    Slow,

    Unavailable,

    /// <summary>With a delay of its own.</summary>
    Exhausted,

    /// <summary>Some are refused, others not.</summary>
    Erratic,

    /// <summary>INVALID_ARGUMENT: what comes is given up.</summary>
    RefusesForGood,
}
