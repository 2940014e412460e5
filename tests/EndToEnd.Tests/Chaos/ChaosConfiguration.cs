using OrleansLb.EndToEnd.Tests.Infrastructure;

namespace OrleansLb.EndToEnd.Tests.Chaos;

/// <summary>The configuration of a run, as far as it is drawn.</summary>
internal sealed record ChaosConfiguration
{
    private const string Name = "backends.chaos.internal";
    private static readonly TimeSpan AttemptTime = TimeSpan.FromSeconds(5);

    private const string Store = "storage = otelcol.storage.file.chaos.handler";

    public bool IsDurable { get; private init; }

    public ChaosQueues Queues { get; private init; }

    public bool Batches { get; private init; }

    public bool RetriesAtTheTop { get; private init; }

    public bool BlocksOnOverflow { get; private init; }

    public bool WaitsForResult { get; private init; }

    public string Compression { get; private init; } = "";

    public int QueueSize { get; private init; }

    /// <summary>How many parts are sent to a backend at the same time.</summary>
    public int Consumers { get; private init; }

    /// <summary>Milliseconds that a part may be on its way before it is stored.</summary>
    public int StoreAfter { get; private init; }

    public TimeSpan HandoverWindow { get; private init; }

    /// <summary>From the first answer that names a change until its last part is at the new owner's.</summary>
    /// <remarks>A hand-over begins with the first request that meets the change; clients that wait for results may all stand still for as long as an attempt takes.</remarks>
    public TimeSpan Settling => ChaosSettings.ReplacementWindow + HandoverWindow + ChaosSettings.Grace + (WaitsForResult && HandoverWindow > TimeSpan.Zero ? AttemptTime : TimeSpan.Zero);

    public static ChaosConfiguration Draw(Random random, bool isDurable)
    {
        var queues = (ChaosQueues)random.Next(3);
        bool hasFront = queues != ChaosQueues.OfSlots;
        return new ChaosConfiguration
        {
            IsDurable = isDurable,
            Queues = queues,
            Batches = random.Next(2) == 0,

            // without it, what a ring slot refuses is dropped by the queue in front
            RetriesAtTheTop = hasFront || random.Next(2) == 0,
            BlocksOnOverflow = random.Next(2) == 0,
            WaitsForResult = !isDurable && random.Next(3) == 0,
            Compression = random.Next(2) == 0 ? "none" : "gzip",
            QueueSize = random.GetItems([10, 30, 30, 300, 3000], 1)[0],
            Consumers = random.GetItems([1, 4], 1)[0],
            StoreAfter = random.GetItems([0, 20, 300], 1)[0],
            HandoverWindow = TimeSpan.FromSeconds(random.Next(2)),
        };
    }

    public static HostsFile Hosts(IEnumerable<MockBackend> backends) => new(Name, [.. backends]);

    /// <summary>The text for the program.</summary>
    /// <param name="port">Of all backends.</param>
    /// <param name="store">The directory of the store.</param>
    public string ToText(int port, string store)
    {
        bool hasFront = Queues != ChaosQueues.OfSlots;
        string balancer = Configurations.Balancer(
            [],
            exporter: $"""
                debounce = "{ChaosSettings.Debounce.TotalMilliseconds}ms"
                replicas = "alone"
                replacement_window = "{ChaosSettings.ReplacementWindow.TotalMilliseconds}ms"
                handover_window = "{HandoverWindow.TotalSeconds}s"
                {(RetriesAtTheTop ? TopRetry(hasFront ? "0s" : "3s") : "")}
                {(hasFront ? $"sending_queue {{\n{Queue(isStored: IsDurable, Batches)}\n}}" : "")}
                """,
            otlp: $"timeout = \"{AttemptTime.TotalSeconds}s\"\nqueue {{\n{Queue(isStored: IsDurable && Queues != ChaosQueues.InFrontOfMemory, Batches && !hasFront)}\n}}",
            client: $"compression = \"{Compression}\"",
            resolver: $"dns {{\nhostname = \"{Name}\"\nport = \"{port}\"\ninterval = \"50ms\"\n}}");
        return IsDurable ? $"{balancer}\n\notelcol.storage.file \"chaos\" {{\ndirectory = \"{store}\"\n}}\n" : balancer;
    }

    private static string TopRetry(string limit) => $"retry_on_failure {{\ninitial_interval = \"100ms\"\nmax_interval = \"500ms\"\nmax_elapsed_time = \"{limit}\"\n}}";

    private string Queue(bool isStored, bool batches) => $"""
        queue_size = {QueueSize}
        num_consumers = {Consumers}
        block_on_overflow = {(BlocksOnOverflow ? "true" : "false")}
        wait_for_result = {(WaitsForResult ? "true" : "false")}
        {(isStored ? $"{Store}\nstore_after = \"{StoreAfter}ms\"" : "")}
        {(batches ? "batch {\nmin_size = 100\nmax_size = 150\nflush_timeout = \"100ms\"\n}" : "")}
        """;
}
