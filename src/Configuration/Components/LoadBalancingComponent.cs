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
        .Block("queue", QueueBlock.Schema, (otlp, queue) => otlp with { Queue = queue.Options })
        .Block("retry", RetryBlock.Schema, (otlp, retry) => otlp with { Retry = retry })
        .Block("client", ClientBlock.Schema, (otlp, client) => otlp with { Client = client }, required: true);

    public static BlockSchema<Protocol> ProtocolSchema { get; } = new BlockSchema<Protocol>(new Protocol())
        .Block("otlp", OtlpSchema, (_, otlp) => new Protocol { Otlp = otlp }, required: true);

    public static BlockSchema<Arguments> Schema { get; } = new BlockSchema<Arguments>(new Arguments())
        .Attribute("routing_key", ReadRoutingKey, (balancer, key) => balancer with { RoutingKey = key })
        .Attribute("ring", ReadRing, (balancer, ring) => balancer with { Ring = ring })
        .Block("resolver", ResolverBlock.Schema, (balancer, resolver) => balancer with { Resolver = resolver }, required: true)
        .Block("protocol", ProtocolSchema, (balancer, protocol) => balancer with { Protocol = protocol }, required: true)
        .Block("debug_metrics", DebugMetrics.Schema, (balancer, _) => balancer)
        .NotSupported("timeout", Readers.Duration, TimeSpan.Zero)
        .NotSupportedBlocks("sending_queue", "retry_on_failure")
        .Check(balancer => KeyOf(balancer.RoutingKey) is null ? $"invalid routing key {Quoting.Quote(balancer.RoutingKey)}" : null);

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
        var resolver = balancer.Resolver.Choose();
        if (resolver.Problem is { } noResolver)
            return noResolver;

        pipeline.LoadBalancers.Add(new LoadBalancingOptions
        {
            ComponentId = block.Id,
            RoutingKey = KeyOf(balancer.RoutingKey) ?? throw new InvalidOperationException("the routing key was not checked"),
            Ring = balancer.Ring,
            Resolver = resolver.Value,
            Client = balancer.Protocol.Otlp.Client,
            Timeout = balancer.Protocol.Otlp.Timeout,
            Queue = balancer.Protocol.Otlp.Queue,
            Retry = balancer.Protocol.Otlp.Retry,
        });
        return null;
    }

    private static RoutingKey? KeyOf(string name) => name switch
    {
        "traceID" => RoutingKey.TraceId,
        "service" => RoutingKey.Service,
        _ => null,
    };

    private static Outcome<string> ReadRoutingKey(AlloyValue value)
    {
        var key = Readers.Text(value);
        return key is { Problem: null, Value: "resource" or "metric" or "streamID" }
            ? Problem.NotSupported(value.Origin, $"routing key \"{key.Value}\"")
            : key;
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
        public string RoutingKey { get; init; } = "traceID";

        public RingKind Ring { get; init; }

        public ResolverBlock Resolver { get; init; } = new();

        public Protocol Protocol { get; init; } = new();
    }
}
