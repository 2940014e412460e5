namespace OrleansLb.Embedded.Engine;

/// <summary>The stages of an activation's life, in order.</summary>
internal enum ActivationState
{
    /// <summary>Nobody has called yet.</summary>
    Created,

    /// <summary>Makes the instance, reads its state, runs OnActivateAsync; calls wait.</summary>
    Activating,

    /// <summary>Takes calls.</summary>
    Active,

    /// <summary>Waits for the calls that have begun; new ones wait.</summary>
    Deactivating,

    /// <summary>Runs OnDeactivateAsync.</summary>
    Ending,

    /// <summary>Over; calls go to another activation.</summary>
    Ended,
}
