using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Grains.Options;

/// <summary>One configured load balancer: what an <c>otelcol.exporter.loadbalancing</c> block says.</summary>
public sealed record LoadBalancingOptions
{
    /// <summary>The component's ID, for example <c>otelcol.exporter.loadbalancing.default</c>; the key of its grains.</summary>
    public required string ComponentId { get; init; }

    /// <summary>What decides an item's backend.</summary>
    public RoutingKey RoutingKey { get; init; } = RoutingKey.TraceId;

    /// <summary>The attributes that <see cref="RoutingKey.Attributes"/> means; null with any other key.</summary>
    public RoutingAttributes? RoutingAttributes { get; init; }

    /// <summary>How keys map to backends.</summary>
    public RingKind Ring { get; init; } = RingKind.Partitions;

    /// <summary>Which bytes the key yields; null for those that belong to the ring.</summary>
    public IdentifierDialect? Identifiers { get; init; }

    /// <summary>By what requests are split, when they come in and when a queue is dealt out.</summary>
    public SplitOptions Split => new(RoutingKey, Identifiers ?? RingIdentifiers.DefaultOf(Ring), RoutingAttributes);

    /// <summary>Where the backends come from.</summary>
    public required ResolverOptions Resolver { get; init; }

    /// <summary>How patiently changes of the backends are followed.</summary>
    public MembershipOptions Membership { get; init; } = new();

    /// <summary>When a backend that takes nothing any more is taken off the ring.</summary>
    public EjectionOptions Ejection { get; init; } = new();

    /// <summary>Whether such backends are taken off the ring.</summary>
    public bool Ejects => Ejection.Enabled ?? Ring == RingKind.Partitions;

    /// <summary>How parts travel to a backend.</summary>
    public ClientOptions Client { get; init; } = new();

    /// <summary>Time for one attempt at handing all parts of a request over; zero means the usual limits.</summary>
    public TimeSpan FanOutTimeout { get; init; }

    /// <summary>How the parts of a request that nobody took are dealt out again before the client is answered; null: they are not.</summary>
    public RetryOptions? RetryOnFailure { get; init; }

    /// <summary>The queue of each signal in front of the split; null: there is none. <see cref="QueueOptions.Enabled"/> is true.</summary>
    public QueueOptions? SendingQueue { get; init; }

    /// <summary>Time for one attempt at sending to a backend; zero means no limit.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The queue of each ring slot.</summary>
    public QueueOptions Queue { get; init; } = new();

    /// <summary>How often and how long a failed part is tried again.</summary>
    public RetryOptions Retry { get; init; } = new();
}
