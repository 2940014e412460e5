namespace OrleansLb.Bench.Subjects;

/// <summary>What runs and is measured.</summary>
internal interface ISubject : IAsyncDisposable
{
    /// <summary>Its processes: one as a rule.</summary>
    IReadOnlyList<int> ProcessIds { get; }

    /// <summary>Its OTLP/gRPC endpoint.</summary>
    string Endpoint { get; }

    /// <summary>Its runtime's counters.</summary>
    Task<RuntimeCounters> ReadRuntimeAsync(CancellationToken cancellationToken);

    /// <summary>What its queues have stored.</summary>
    Task<StoreCounters> ReadStoreAsync(CancellationToken cancellationToken);

    /// <summary>What its queues hold and what it turned away.</summary>
    Task<QueueCounters> ReadQueuesAsync(CancellationToken cancellationToken);
}
