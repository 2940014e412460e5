using OrleansLb.Otlp;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Ingress.Debug;

/// <summary>The one line about a request that every verbosity prints.</summary>
internal static class RequestCounts
{
    public static string Describe(Signal signal, ReadOnlySpan<byte> request, int items)
    {
        int resources = 0, metrics = 0;
        var entries = new WireFields(request);
        while (entries.MoveNext())
        {
            if (entries.Number != OtlpTags.ResourceEntriesNumber || entries.Type != WireType.LengthDelimited)
                continue;
            resources++;
            metrics += signal == Signal.Metrics ? CountScopeItems(entries.Value) : 0;
        }

        return signal switch
        {
            Signal.Traces => $"Traces resource spans: {resources}, spans: {items}",
            Signal.Logs => $"Logs resource logs: {resources}, log records: {items}",
            _ => $"Metrics resource metrics: {resources}, metrics: {metrics}, data points: {items}",
        };
    }

    private static int CountScopeItems(ReadOnlySpan<byte> resourceEntry)
    {
        int count = 0;
        var scopes = new WireFields(resourceEntry);
        while (scopes.MoveNext())
        {
            if (scopes.Number != OtlpTags.ScopeEntriesNumber || scopes.Type != WireType.LengthDelimited)
                continue;
            var items = new WireFields(scopes.Value);
            while (items.MoveNext())
                count += items.Number == OtlpTags.ItemsNumber ? 1 : 0;
        }

        return count;
    }
}
