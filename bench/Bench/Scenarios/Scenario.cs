using OrleansLb.Otlp;

namespace OrleansLb.Bench.Scenarios;

/// <summary>One thing to measure.</summary>
internal sealed record Scenario
{
    /// <summary>Its name in the report; unique within its group.</summary>
    public required string Name { get; init; }

    /// <summary>What is measured.</summary>
    public SubjectKind Subject { get; init; } = SubjectKind.Balancer;

    /// <summary>The coding of the requests that come in.</summary>
    public ContentCoding In { get; init; }

    /// <summary>The coding of what goes out.</summary>
    public ContentCoding Out { get; init; }

    /// <summary>Configured backends.</summary>
    public int Backends { get; init; } = 3;

    /// <summary>The routing key, as the configuration spells it.</summary>
    public string RoutingKey { get; init; } = "traceID";

    /// <summary>Spans in a request; a multiple of the ten that a trace has.</summary>
    public int SpansPerRequest { get; init; } = 1000;

    /// <summary>Resources in a request.</summary>
    public int Resources { get; init; } = 5;

    /// <summary>Distinct services over all requests; 0: the same in every request.</summary>
    public int Services { get; init; }

    /// <summary>Where the balancer queues parts.</summary>
    public QueueKind Queue { get; init; } = QueueKind.Memory;

    /// <summary>Whether what is queued is stored.</summary>
    public bool IsStored => Queue is QueueKind.File or QueueKind.FileSynced or QueueKind.FileBeforeSplit;

    /// <summary>Whether everything is stored, also what is delivered before it has to be.</summary>
    public bool StoresAll { get; init; }

    /// <summary>Requests that the queue of a backend takes.</summary>
    public int QueueSize { get; init; } = 32;

    /// <summary>How more is offered than can be delivered, to queues as they are by default; null: clients are made to wait by short queues.</summary>
    public Overload? Overload { get; init; }

    /// <summary>Requests of a round at least.</summary>
    public int FewestRequests { get; init; }

    /// <summary>How long backends hold their answers back in measured rounds.</summary>
    public TimeSpan BackendDelay { get; init; }

    /// <summary>The environment of the measured process.</summary>
    public Variant Variant { get; init; } = Variant.Plain;
}
