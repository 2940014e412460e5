using OrleansLb.Configuration;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Membership.Resolving;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;
using OrleansLb.Otlp.Splitting;
using OrleansLb.Silo.Hosting;
using RouteOptions = OrleansLb.Silo.CommandLine.RouteOptions;

namespace OrleansLb.Silo.Explain;

/// <summary>The ring that questions are asked of.</summary>
/// <param name="Layout">The ring as a process has it that sees these backends; if it is alone, one that starts with them.</param>
/// <param name="Identifiers">Which bytes keys yield.</param>
/// <param name="Exporter">The configured exporter; null when backends were given by hand, and any key may be asked for.</param>
internal sealed record RouteSource(RingLayout Layout, IdentifierDialect Identifiers, LoadBalancingOptions? Exporter)
{
    /// <summary>Takes the backends from the command line or asks the configured resolver once.</summary>
    /// <exception cref="StartupException">There is no such exporter, or its backends are not known.</exception>
    public static async Task<RouteSource> LoadAsync(RouteOptions options, TextWriter diagnostics, CancellationToken cancellationToken)
    {
        if (options.ConfigurationPath is not { } path)
            return new RouteSource(Deal(options.Endpoints, options.Ring, ReplicaMode.Several), options.Identifiers ?? RingIdentifiers.DefaultOf(options.Ring), null);

        var loaded = ConfigurationLoader.LoadFile(path);
        loaded.PrintDiagnostics(diagnostics);
        var exporters = loaded.Configuration?.LoadBalancers ?? throw new StartupException($"{path} has errors");
        var exporter = Choose(exporters, options.Exporter);

        IHostLookup lookup = new SystemHostLookup();
        if (options.HostsFile is { } hosts)
            lookup = new HostsFileLookup(hosts, lookup);
        var resolver = new BackendResolvers(lookup, TimeProvider.System).Create(exporter.Resolver);
        var resolution = await resolver.ResolveAsync(cancellationToken).ConfigureAwait(false);
        if (resolution.Failure is { } failure)
            throw new StartupException($"{exporter.ComponentId}: {failure}");
        return new RouteSource(Deal(resolution.Backends, exporter.Ring, exporter.Membership.Replicas), exporter.Split.Dialect, exporter);
    }

    private static RingLayout Deal(IReadOnlyList<Backend> backends, RingKind ring, ReplicaMode replicas) => MembershipState.Fault(backends, ring) is { } fault
        ? throw new StartupException(fault)
        : RingLayout.From(MembershipState.Empty.Apply(backends, ring, replicas).ToSnapshot(), ring);

    private static LoadBalancingOptions Choose(IReadOnlyList<LoadBalancingOptions> exporters, string? wanted)
    {
        string known = exporters.Count == 0 ? "it has none" : "it has " + string.Join(", ", exporters.Select(static e => e.ComponentId));
        if (wanted is null)
        {
            return exporters.Count == 1
                ? exporters[0] : throw new StartupException($"the configuration must have one load balancer when --exporter names none; {known}");
        }

        return exporters.FirstOrDefault(e => e.ComponentId == wanted || e.ComponentId.EndsWith($".{wanted}", StringComparison.Ordinal))
            ?? throw new StartupException($"the configuration has no load balancer \"{wanted}\"; {known}");
    }
}
