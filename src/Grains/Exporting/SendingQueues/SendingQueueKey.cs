using OrleansLb.Otlp;

namespace OrleansLb.Grains.Exporting.SendingQueues;

/// <summary>The key of a sending-queue grain: <c>component/signal/lane</c>. As with the Collector every signal has a queue of its own.</summary>
/// <param name="ComponentId">The exporter.</param>
/// <param name="Signal">The signal.</param>
/// <param name="Lane">The lane: the name of the silo whose traffic it takes.</param>
public readonly record struct SendingQueueKey(string ComponentId, Signal Signal, string Lane)
{
    /// <summary>Reads a key back.</summary>
    /// <exception cref="FormatException">It is no such key.</exception>
    public static SendingQueueKey Parse(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        string[] parts = key.Split('/', 3);
        foreach (var signal in Enum.GetValues<Signal>())
        {
            if (parts.Length == 3 && parts[1] == NameOf(signal))
                return new SendingQueueKey(parts[0], signal, parts[2]);
        }

        throw new FormatException($"'{key}' is no sending queue key (component/signal/lane)");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{ComponentId}/{NameOf(Signal)}/{Lane}";

    private static string NameOf(Signal signal) => signal.ToString().ToLowerInvariant();
}
