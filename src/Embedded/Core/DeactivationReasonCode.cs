namespace Orleans;

/// <summary>Kinds of reasons for the end of an activation. The numbers are those of Orleans; this engine uses some of them.</summary>
public enum DeactivationReasonCode : byte
{
    /// <summary>No reason was given.</summary>
    None = 0,

    /// <summary>The process ends.</summary>
    ShuttingDown = 1,

    /// <summary>The grain could not be activated.</summary>
    ActivationFailed = 2,

    /// <summary>The grain directory failed (clusters only).</summary>
    DirectoryFailure = 3,

    /// <summary>Nobody has called the grain for its collection age.</summary>
    ActivationIdle = 4,

    /// <summary>The activation does not answer.</summary>
    ActivationUnresponsive = 5,

    /// <summary>The grain is active elsewhere (clusters only).</summary>
    DuplicateActivation = 6,

    /// <summary>A call that this process cannot serve (clusters only).</summary>
    IncompatibleRequest = 7,

    /// <summary>The grain's code failed in a way that makes the activation worthless.</summary>
    ApplicationError = 8,

    /// <summary>The grain asked for it.</summary>
    ApplicationRequested = 9,

    /// <summary>The activation moves (clusters only).</summary>
    Migrating = 10,

    /// <summary>The engine asked for it.</summary>
    RuntimeRequested = 11,

    /// <summary>Memory is short.</summary>
    HighMemoryPressure = 12,
}
