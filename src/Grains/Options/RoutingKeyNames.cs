using OrleansLb.Otlp;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Grains.Options;

/// <summary>The routing keys as configurations write them: the Collector's words, which have a case.</summary>
public static class RoutingKeyNames
{
    private static readonly RoutingKey[] s_keys = Enum.GetValues<RoutingKey>();

    /// <summary>The word for a key.</summary>
    public static string Name(this RoutingKey key) => key switch
    {
        RoutingKey.TraceId => "traceID",
        RoutingKey.Service => "service",
        RoutingKey.Resource => "resource",
        RoutingKey.Metric => "metric",
        RoutingKey.StreamId => "streamID",
        RoutingKey.Attributes => "attributes",
        _ => throw new ArgumentOutOfRangeException(nameof(key), key, "no such routing key"),
    };

    /// <summary>The key that a word stands for, or null.</summary>
    public static RoutingKey? Parse(string name)
    {
        foreach (var key in s_keys)
        {
            if (key.Name() == name)
                return key;
        }

        return null;
    }

    /// <summary>The keys that a signal can be split by.</summary>
    public static IEnumerable<RoutingKey> For(Signal signal) => s_keys.Where(key => RequestSplitter.Supports(key, signal));
}
