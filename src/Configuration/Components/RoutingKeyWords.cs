using OrleansLb.Configuration.Syntax;
using OrleansLb.Grains.Options;
using OrleansLb.Otlp;

namespace OrleansLb.Configuration.Components;

/// <summary>Which routing keys there are, in words for messages.</summary>
internal static class RoutingKeyWords
{
    /// <summary>The keys that a signal can be split by.</summary>
    public static string Of(Signal signal)
    {
        string[] keys = [.. RoutingKeyNames.For(signal).Select(static key => Quoting.Quote(key.Name()))];
        return $"{string.Join(", ", keys[..^1])} and {keys[^1]}";
    }

    /// <summary>What is wrong with a word that no key has; the beginning is Alloy's.</summary>
    public static string Invalid(string name) =>
        $"invalid routing key {Quoting.Quote(name)}: traces can be routed by {Of(Signal.Traces)}, logs by {Of(Signal.Logs)}, metrics by {Of(Signal.Metrics)}";
}
