using System.Collections.Immutable;

namespace OrleansLb.Grains.Membership.Resolving;

/// <summary>The answer of a resolver: at least one endpoint, or why there is none.</summary>
internal readonly record struct Resolution
{
    private Resolution(ImmutableArray<string> backends, string? failure) => (Backends, Failure) = (backends, failure);

    /// <summary>The endpoints, sorted by their bytes; empty after a failure.</summary>
    public ImmutableArray<string> Backends { get; }

    /// <summary>What went wrong, or null.</summary>
    public string? Failure { get; }

    /// <summary>An answer; one without endpoints is a failure, since an empty list never replaces a good one.</summary>
    public static Resolution Of(IEnumerable<string> backends) =>
        backends.Order(BackendOrder.Instance).ToImmutableArray() is { IsEmpty: false } sorted ? new(sorted, null) : Failed("the answer holds no endpoints");

    /// <summary>No answer.</summary>
    public static Resolution Failed(string failure) => new([], failure);
}
