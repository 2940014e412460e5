namespace OrleansLb.Bench.Subjects;

/// <summary>A running process that is measured.</summary>
internal interface ISubject : IAsyncDisposable
{
    /// <summary>The process.</summary>
    int ProcessId { get; }

    /// <summary>Its OTLP/gRPC endpoint.</summary>
    string Endpoint { get; }

    /// <summary>Its runtime's counters.</summary>
    Task<RuntimeCounters> ReadRuntimeAsync(CancellationToken cancellationToken);

    /// <summary>What its queues have stored.</summary>
    Task<StoreCounters> ReadStoreAsync(CancellationToken cancellationToken);

    /// <summary>What its queues hold and what it turned away.</summary>
    Task<QueueCounters> ReadQueuesAsync(CancellationToken cancellationToken);
}
