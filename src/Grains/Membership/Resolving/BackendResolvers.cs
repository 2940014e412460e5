using OrleansLb.Grains.Options;

namespace OrleansLb.Grains.Membership.Resolving;

/// <summary>Makes the resolver that a configuration names.</summary>
internal sealed class BackendResolvers(IHostLookup lookup, TimeProvider time)
{
    public IBackendResolver Create(ResolverOptions options) => options switch
    {
        ResolverOptions.Static @static => new StaticResolver(@static),
        ResolverOptions.Dns dns => new DnsResolver(dns, lookup, time),
        _ => throw new ArgumentException($"no resolver for {options.GetType().Name}", nameof(options)),
    };
}
