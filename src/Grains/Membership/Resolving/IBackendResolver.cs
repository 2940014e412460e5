namespace OrleansLb.Grains.Membership.Resolving;

/// <summary>Where the backends of one exporter come from.</summary>
internal interface IBackendResolver
{
    /// <summary>Time from one resolution to the next, or null when one is enough.</summary>
    TimeSpan? Interval { get; }

    /// <summary>Asks once. A source that fails is a value; only the caller's own cancellation is thrown.</summary>
    Task<Resolution> ResolveAsync(CancellationToken cancellationToken);
}
