using OrleansLb.Configuration.Evaluation;
using OrleansLb.Configuration.Syntax;
using OrleansLb.Grains.Options;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Configuration.Components;

/// <summary><c>otelcol.exporter.loadbalancing</c></summary>
internal static class LoadBalancingComponent
{
    public static BlockSchema<Otlp> OtlpSchema { get; } = new BlockSchema<Otlp>(new Otlp())
        .Attribute("timeout", ValueReaders.NonNegativeDuration, (otlp, timeout) => otlp with { Timeout = timeout })
        .Block("queue", QueueBlock.Schema, (otlp, queue) => otlp with { Queue = queue.ToOptions() })
        .Block("retry", RetryBlock.Schema, (otlp, retry) => otlp with { Retry = retry })
        .Block("client", ClientBlock.Schema, (otlp, client) => otlp with { Client = client }, required: true);

    public static BlockSchema<Protocol> ProtocolSchema { get; } = new BlockSchema<Protocol>(new Protocol())
        .Block("otlp", OtlpSchema, (_, otlp) => new Protocol { Otlp = otlp }, required: true);

    public static BlockSchema<Arguments> Schema { get; } = new BlockSchema<Arguments>(new Arguments())
        .Attribute("routing_key", ReadRoutingKey, (balancer, key) => balancer with { RoutingKey = key })
        .Attribute("routing_attributes", ReadAttributes, (balancer, attributes) => balancer with { Attributes = attributes })
        .Attribute("ring", ReadRing, (balancer, ring) => balancer with { Ring = ring })
        .Attribute("identifiers", ReadIdentifiers, (balancer, dialect) => balancer with { Identifiers = dialect })
        .Attribute("debounce", value => ValueReaders.DurationUpTo(value, TimeSpan.FromMinutes(1)), (balancer, time) => balancer with { Membership = balancer.Membership with { Debounce = time } })
        .Attribute("replicas", ReadReplicas, (balancer, replicas) => balancer with { Membership = balancer.Membership with { Replicas = replicas } })
        .Attribute(
            "replacement_window",
            ReadReplacementWindow,
            (balancer, window) => balancer with { ReplacementWindow = window, Membership = balancer.Membership with { ReplacementWindow = window.Time } })
        .Attribute("stale_grace", value => ValueReaders.DurationUpTo(value, TimeSpan.FromDays(7)), (balancer, time) => balancer with { Membership = balancer.Membership with { StaleGrace = time } })
        .Attribute(
            "handover_window",
            value => ValueReaders.DurationUpTo(value, TimeSpan.FromHours(1)),
            (balancer, time) => balancer with { Membership = balancer.Membership with { HandoverWindow = time } })
        .Attribute("handover_memory", ReadHandoverMemory, (balancer, bytes) => balancer with { Membership = balancer.Membership with { HandoverMemory = bytes } })
        .Block("ejection", EjectionBlock.Schema, (balancer, ejection) => balancer with { Ejection = ejection })
        .Block("resolver", ResolverBlock.Schema, (balancer, resolver) => balancer with { Resolver = resolver }, required: true)
        .Block("protocol", ProtocolSchema, (balancer, protocol) => balancer with { Protocol = protocol }, required: true)
        .Block("debug_metrics", DebugMetrics.Schema, (balancer, _) => balancer)
        .Attribute("timeout", ValueReaders.NonNegativeDuration, (balancer, timeout) => balancer with { Timeout = timeout })
        .Block("retry_on_failure", RetryBlock.TopLevelSchema, (balancer, retry) => balancer with { RetryOnFailure = retry })
        .Block("sending_queue", QueueBlock.Schema, (balancer, queue) => balancer with { SendingQueue = queue.ToOptions() })
        .Check(balancer => RoutingKeyNames.Parse(balancer.RoutingKey.Name) is null ? RoutingKeyWords.Invalid(balancer.RoutingKey.Name) : null);

    public static ComponentDefinition Definition { get; } =
        new("otelcol.exporter.loadbalancing", StabilityLevel.GenerallyAvailable, Build) { Export = ("input", CapsuleKind.Consumer) };

    private static Problem? Build(ComponentBlock block, DecodeContext context, PipelineDraft pipeline)
    {
        var decoded = Schema.Decode(block.Statement.Body, context);
        if (decoded.Problem is { } problem)
            return problem;
        if (context.FoundNotSupported)
            return null;

        var balancer = decoded.Value;
        var key = RoutingKeyNames.Parse(balancer.RoutingKey.Name) ?? throw new InvalidOperationException("the routing key was not checked");
        if (CheckAttributes(key, balancer) is { } wrongAttributes)
            return wrongAttributes;
        var resolver = balancer.Resolver.Choose(key);
        if (resolver.Problem is { } noResolver)
            return noResolver;
        if (balancer.Ring != RingKind.Partitions && balancer.Resolver.Static?.FirstWeight is { } weight)
            return Problem.At(weight, "has a weight, which only the ring \"partitions\" knows");

        if (balancer.ReplacementWindow is { Time.Ticks: > 0, Origin: { } origin } && balancer.Membership.Replicas == ReplicaMode.Several)
            context.Warn(origin, "replacement_window has no effect without replicas = \"alone\": other replicas would not know of the seat that is kept");

        pipeline.LoadBalancers.Add(new LoadBalancingOptions
        {
            ComponentId = block.Id,
            RoutingKey = key,
            RoutingAttributes = key == RoutingKey.Attributes ? new RoutingAttributes(balancer.Attributes.Names) : null,
            Ring = balancer.Ring,
            Identifiers = balancer.Identifiers,
            Resolver = resolver.Value,
            FanOutTimeout = balancer.Timeout,
            RetryOnFailure = balancer.RetryOnFailure is { Enabled: true } retry ? retry : null,
            SendingQueue = balancer.SendingQueue is { Enabled: true } queue ? queue : null,
            Membership = balancer.Membership,
            Ejection = balancer.Ejection,
            Client = balancer.Protocol.Otlp.Client,
            Timeout = balancer.Protocol.Otlp.Timeout,
            Queue = balancer.Protocol.Otlp.Queue,
            Retry = balancer.Protocol.Otlp.Retry,
        });
        return null;
    }

    // The Collector's own two checks.
    private static Problem? CheckAttributes(RoutingKey key, Arguments balancer) => (key, balancer.Attributes.Names.Length) switch
    {
        (RoutingKey.Attributes, 0) => new Problem(
            balancer.Attributes.Origin ?? balancer.RoutingKey.Origin, "routing_attributes must name at least one attribute when routing_key is \"attributes\""),
        (not RoutingKey.Attributes, > 0) => new Problem(
            balancer.Attributes.Origin, $"routing_attributes needs routing_key \"attributes\", but it is {Quoting.Quote(key.Name())}: remove the attributes or change the key"),
        _ => null,
    };

    private static Outcome<KeyName> ReadRoutingKey(AlloyValue value)
    {
        var name = Readers.Text(value);
        return name.Problem is { } problem ? problem : new KeyName(name.Value, value.Origin);
    }

    private static Outcome<AttributeNames> ReadAttributes(AlloyValue value)
    {
        var names = Readers.TextList(value);
        return names.Problem is { } problem ? problem : new AttributeNames(names.Value, value.Origin);
    }

    private static Outcome<IdentifierDialect?> ReadIdentifiers(AlloyValue value)
    {
        var name = Readers.Text(value);
        if (name.Problem is { } problem)
            return problem;
        return name.Value switch
        {
            "co-located" => IdentifierDialect.CoLocated,
            "collector" => IdentifierDialect.Collector,
            _ => Problem.At(value, "must be \"co-located\" or \"collector\""),
        };
    }

    private static Outcome<ReplicaMode> ReadReplicas(AlloyValue value)
    {
        var name = Readers.Text(value);
        if (name.Problem is { } problem)
            return problem;
        return name.Value switch
        {
            "several" => ReplicaMode.Several,
            "alone" => ReplicaMode.Alone,
            _ => Problem.At(value, "must be \"several\" or \"alone\""),
        };
    }

    private static Outcome<Window> ReadReplacementWindow(AlloyValue value)
    {
        var time = ValueReaders.DurationUpTo(value, TimeSpan.FromHours(1));
        return time.Problem is { } problem ? problem : new Window(time.Value, value.Origin);
    }

    private static Outcome<long> ReadHandoverMemory(AlloyValue value)
    {
        var size = Readers.Size(value);
        return size.Problem is not null || size.Value is >= MembershipOptions.LeastHandoverMemory and <= MembershipOptions.MostHandoverMemory
            ? size
            : Problem.At(value, "must be from 8MiB to 4GiB");
    }

    private static Outcome<RingKind> ReadRing(AlloyValue value)
    {
        var name = Readers.Text(value);
        if (name.Problem is { } problem)
            return problem;
        return name.Value switch
        {
            "partitions" => RingKind.Partitions,
            "collector" => RingKind.Collector,
            "collector-36000" => RingKind.Collector36000,
            _ => Problem.At(value, "must be \"partitions\", \"collector\" or \"collector-36000\""),
        };
    }

    /// <summary>What <c>routing_key</c> says, and where; null when it is not given.</summary>
    public sealed record KeyName(string Name, SourceSpan? Origin);

    /// <summary>What <c>routing_attributes</c> says, and where; null when it is not given.</summary>
    public sealed record AttributeNames(string[] Names, SourceSpan? Origin);

    /// <summary>What <c>replacement_window</c> says, and where.</summary>
    public sealed record Window(TimeSpan Time, SourceSpan? Origin);

    public sealed record Otlp
    {
        public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

        public QueueOptions Queue { get; init; } = new();

        public RetryOptions Retry { get; init; } = new();

        public ClientOptions Client { get; init; } = new();
    }

    public sealed record Protocol
    {
        public Otlp Otlp { get; init; } = new();
    }

    public sealed record Arguments
    {
        public KeyName RoutingKey { get; init; } = new("traceID", null);

        public AttributeNames Attributes { get; init; } = new([], null);

        public RingKind Ring { get; init; }

        public IdentifierDialect? Identifiers { get; init; }

        public MembershipOptions Membership { get; init; } = new();

        public EjectionOptions Ejection { get; init; } = new();

        public Window? ReplacementWindow { get; init; }

        public ResolverBlock Resolver { get; init; } = new();

        public TimeSpan Timeout { get; init; }

        public RetryOptions? RetryOnFailure { get; init; }

        public QueueOptions? SendingQueue { get; init; }

        public Protocol Protocol { get; init; } = new();
    }
}
