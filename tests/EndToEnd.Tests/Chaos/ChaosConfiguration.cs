using OrleansLb.EndToEnd.Tests.Infrastructure;

namespace OrleansLb.EndToEnd.Tests.Chaos;

/// <summary>The configuration of a run, as far as it is drawn.</summary>
internal sealed record ChaosConfiguration(
    bool IsDurable, bool Batches, bool RetriesAtTheTop, bool BlocksOnOverflow, bool WaitsForResult, string Compression, int QueueSize, TimeSpan HandoverWindow)
{
    private const string Name = "backends.chaos.internal";

    /// <summary>From the first answer that names a change until its last part is at the new owner's.</summary>
    public TimeSpan Settling => ChaosSettings.ReplacementWindow + HandoverWindow + ChaosSettings.Grace;

    public static ChaosConfiguration Draw(Random random, bool isDurable) => new(
        isDurable,
        Batches: random.Next(2) == 0,
        RetriesAtTheTop: random.Next(2) == 0,
        BlocksOnOverflow: random.Next(2) == 0,
        WaitsForResult: !isDurable && random.Next(3) == 0,
        Compression: random.Next(2) == 0 ? "none" : "gzip",
        QueueSize: random.GetItems([30, 300, 3000], 1)[0],
        HandoverWindow: TimeSpan.FromSeconds(random.Next(2)));

    public static HostsFile Hosts(IEnumerable<MockBackend> backends) => new(Name, [.. backends]);

    /// <summary>The text for the program.</summary>
    /// <param name="port">Of all backends.</param>
    /// <param name="store">The directory of the store.</param>
    public string ToText(int port, string store)
    {
        string storage = IsDurable ? "storage = otelcol.storage.file.chaos.handler" : "";
        string batch = Batches ? "batch {\nmin_size = 100\nmax_size = 150\nflush_timeout = \"100ms\"\n}" : "";
        string topRetry = RetriesAtTheTop ? "retry_on_failure {\ninitial_interval = \"100ms\"\nmax_interval = \"500ms\"\nmax_elapsed_time = \"3s\"\n}" : "";
        string balancer = Configurations.Balancer(
            [],
            exporter: $"debounce = \"{ChaosSettings.Debounce.TotalMilliseconds}ms\"\nreplacement_window = \"{ChaosSettings.ReplacementWindow.TotalMilliseconds}ms\"\nhandover_window = \"{HandoverWindow.TotalSeconds}s\"\n{topRetry}",
            otlp: $"timeout = \"5s\"\nqueue {{\nqueue_size = {QueueSize}\nblock_on_overflow = {Text(BlocksOnOverflow)}\nwait_for_result = {Text(WaitsForResult)}\n{storage}\n{batch}\n}}",
            client: $"compression = \"{Compression}\"",
            resolver: $"dns {{\nhostname = \"{Name}\"\nport = \"{port}\"\ninterval = \"50ms\"\n}}");
        return IsDurable ? $"{balancer}\n\notelcol.storage.file \"chaos\" {{\ndirectory = \"{store}\"\n}}\n" : balancer;
    }

    private static string Text(bool value) => value ? "true" : "false";
}
