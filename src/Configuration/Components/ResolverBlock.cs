using OrleansLb.Configuration.Evaluation;
using OrleansLb.Grains.Options;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Configuration.Components;

/// <summary>The <c>resolver</c> block of a load balancer.</summary>
internal sealed record ResolverBlock
{
    private static readonly ResolverOptions.Dns s_dnsDefaults = new("");

    public static BlockSchema<BackendList> StaticSchema { get; } = new BlockSchema<BackendList>(BackendList.Empty)
        .Attribute("hostnames", BackendList.Read, (_, list) => list, required: true);

    public static BlockSchema<ResolverOptions.Dns> DnsSchema { get; } = new BlockSchema<ResolverOptions.Dns>(s_dnsDefaults)
        .Attribute("hostname", ValueReaders.HostName, (dns, hostname) => dns with { Hostname = hostname }, required: true)
        .Attribute("port", ValueReaders.Port, (dns, port) => dns with { Port = port.Length == 0 ? s_dnsDefaults.Port : port })
        .Attribute("interval", ValueReaders.NonNegativeDuration, (dns, interval) => dns with { Interval = OrDefault(interval, s_dnsDefaults.Interval) })
        .Attribute("timeout", ValueReaders.NonNegativeDuration, (dns, timeout) => dns with { Timeout = OrDefault(timeout, s_dnsDefaults.Timeout) });

    public static BlockSchema<ResolverBlock> Schema { get; } = new BlockSchema<ResolverBlock>(new ResolverBlock())
        .Block("static", StaticSchema, (resolver, hosts) => resolver with { Static = hosts })
        .Block("dns", DnsSchema, (resolver, dns) => resolver with { Dns = dns })
        .NotSupportedBlocks("kubernetes", "aws_cloud_map");

    public BackendList? Static { get; init; }

    public ResolverOptions.Dns? Dns { get; init; }

    /// <summary>The one resolver that the block names.</summary>
    /// <param name="key">The key of the load balancer: Alloy's messages name the first signal that it makes an exporter for.</param>
    public Outcome<ResolverOptions> Choose(RoutingKey key)
    {
        return this switch
        {
            { Static: not null, Dns: not null } => Wrong("only one resolver should be specified"),
            { Static.Backends.Count: 0 } => Wrong("no endpoints specified for the static resolver"),
            { Static: { } hosts } => new ResolverOptions.Static(hosts.Backends),
            { Dns.Hostname.Length: 0 } => Wrong("no hostname specified to resolve the backends"),
            { Dns: { } dns } => dns,
            _ => Wrong("no resolvers specified for the exporter"),
        };

        Problem Wrong(string message) => Problem.Building(
            $"cannot configure loadbalancing {(RequestSplitter.Supports(key, Signal.Traces) ? "traces" : "metrics")} exporter: {message}");
    }

    // Zero means "not set" to the Collector.
    private static TimeSpan OrDefault(TimeSpan value, TimeSpan whenZero) => value == TimeSpan.Zero ? whenZero : value;
}
