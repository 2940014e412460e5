using OrleansLb.Configuration.Components;
using OrleansLb.Configuration.Diagnostics;
using OrleansLb.Configuration.Syntax;
using OrleansLb.Grains.Options;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Configuration.Loading;

/// <summary>
/// Reports load balancers that are given a signal which their routing key cannot split. Alloy loads such a configuration and
/// refuses each request of that signal instead.
/// </summary>
internal static class RoutingKeyCheck
{
    // At the reference and not at the key: one key may be right for one signal and wrong for another, and a key need not be written at all.
    public static void Run(PipelineDraft pipeline, List<Diagnostic> diagnostics)
    {
        foreach (var (signal, consumer) in pipeline.Wires)
        {
            var exporter = pipeline.LoadBalancers.Find(balancer => balancer.ComponentId == consumer.ComponentId);
            if (exporter is not null && !RequestSplitter.Supports(exporter.RoutingKey, signal))
                diagnostics.Add(consumer.Origin.Error(Describe(exporter, signal)));
        }
    }

    private static string Describe(LoadBalancingOptions exporter, Signal signal)
    {
        string noun = signal.ToString().ToLowerInvariant();
        return $"{exporter.ComponentId} cannot route {noun}: routing_key {Quoting.Quote(exporter.RoutingKey.Name())} does not support {noun}, "
            + $"supported are {RoutingKeyWords.Of(signal)}";
    }
}
