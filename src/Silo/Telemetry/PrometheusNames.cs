namespace OrleansLb.Silo.Telemetry;

/// <summary>How the names of instruments and tags become Prometheus names, by the rules of OpenTelemetry's Prometheus exporter.</summary>
internal static class PrometheusNames
{
    /// <summary>The name of a family: characters replaced, the unit and <c>_total</c> appended where they are not there yet.</summary>
    public static string Family(string instrument, string? unit, bool isCounter)
    {
        string name = Sanitize(instrument, allowColon: true);
        if (UnitSuffix(unit) is { } suffix && !name.EndsWith(suffix, StringComparison.Ordinal))
            name += suffix;
        return isCounter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    /// <summary>The name of a label.</summary>
    public static string Label(string tag) => Sanitize(tag, allowColon: false);

    // Units in braces are annotations ({span}) and leave no trace in the name.
    private static string? UnitSuffix(string? unit) => unit switch
    {
        "ms" => "_milliseconds",
        "s" => "_seconds",
        "us" => "_microseconds",
        "ns" => "_nanoseconds",
        "By" => "_bytes",
        "KiBy" => "_kibibytes",
        "MiBy" => "_mebibytes",
        _ => null,
    };

    private static string Sanitize(string name, bool allowColon)
    {
        if (name.Length == 0)
            return "_";
        string prefix = char.IsAsciiDigit(name[0]) ? "_" : "";
        return prefix + string.Create(name.Length, (name, allowColon), static (target, source) =>
        {
            for (int i = 0; i < target.Length; i++)
            {
                char c = source.name[i];
                target[i] = char.IsAsciiLetterOrDigit(c) || c == '_' || (c == ':' && source.allowColon) ? c : '_';
            }
        });
    }
}
