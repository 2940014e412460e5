using System.Globalization;
using System.Runtime.InteropServices;

namespace OrleansLb.Silo.Telemetry;

/// <summary>The tags of a measurement as a key: looked up by the span that the instrument hands over, without a copy.</summary>
internal sealed class TagSet
{
    private readonly KeyValuePair<string, object?>[] _tags;

    public TagSet(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        _tags = tags.ToArray();
        Hash = HashOf(tags);
    }

    public int Hash { get; }

    public static int HashOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        int hash = tags.Length;
        foreach (ref readonly var tag in tags)
            hash = (hash * 31) + (tag.Value?.GetHashCode() ?? 0);
        return hash;
    }

    /// <summary>The same tags in the same order.</summary>
    public bool Matches(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length != _tags.Length)
            return false;
        for (int i = 0; i < tags.Length; i++)
        {
            ref readonly var mine = ref _tags[i];
            ref readonly var theirs = ref tags[i];
            if (!string.Equals(mine.Key, theirs.Key, StringComparison.Ordinal))
                return false;
            if (!ReferenceEquals(mine.Value, theirs.Value) && !Equals(mine.Value, theirs.Value))
                return false;
        }

        return true;
    }

    /// <summary>The labels that stand for these tags, in a stable order; a name that occurs twice keeps its last value.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags, string? scope)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (ref readonly var tag in tags)
            labels[PrometheusNames.Label(tag.Key)] = Text(tag.Value);

        // Alloy puts both on every metric of a component; dashboards group and join by them.
        if (labels.ContainsKey("component_id"))
            labels.TryAdd("component_path", "/");
        if (scope is not null)
            labels.TryAdd("otel_scope_name", scope);
        return PrometheusText.FormatLabels(labels);
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
