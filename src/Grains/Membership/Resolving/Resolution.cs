using System.Collections.Immutable;

namespace OrleansLb.Grains.Membership.Resolving;

/// <summary>The answer of a resolver: at least one backend, with its weight if the source knows one, or why there is none.</summary>
internal readonly record struct Resolution
{
    private Resolution(ImmutableArray<Backend> backends, string? failure) => (Backends, Failure) = (backends, failure);

    /// <summary>The backends, sorted by the bytes of their endpoints; empty after a failure.</summary>
    public ImmutableArray<Backend> Backends { get; }

    /// <summary>What went wrong, or null.</summary>
    public string? Failure { get; }

    /// <summary>An answer; one without endpoints is a failure, since an empty list never replaces a good one.</summary>
    public static Resolution Of(IEnumerable<Backend> backends) =>
        backends.OrderBy(static b => b.Endpoint, BackendOrder.Instance).ThenBy(static b => b.Weight).ToImmutableArray() is { IsEmpty: false } sorted
            ? new(sorted, null)
            : Failed("the answer holds no endpoints");

    /// <summary>No answer.</summary>
    public static Resolution Failed(string failure) => new([], failure);
}
