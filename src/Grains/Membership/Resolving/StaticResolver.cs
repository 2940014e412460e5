using OrleansLb.Grains.Options;

namespace OrleansLb.Grains.Membership.Resolving;

/// <summary>The list of the configuration; resolved once.</summary>
internal sealed class StaticResolver(ResolverOptions.Static options) : IBackendResolver
{
    public TimeSpan? Interval => null;

    public Task<Resolution> ResolveAsync(CancellationToken cancellationToken) => Task.FromResult(Resolution.Of(options.Backends));
}
