namespace OrleansLb.Configuration.Tests;

/// <summary>Small configurations to hang a line under test into.</summary>
internal static class Configurations
{
    public const string FileName = "t.alloy";

    public const string Static = "static { hostnames = [\"a:1\"] }";

    /// <summary>A load balancer. Lines: 1 its own, 2 top level, 3 resolver, 4 protocol and otlp, 5 otlp's, 6 client's.</summary>
    public static string Balancer(string top = "", string resolver = Static, string otlp = "", string client = "") =>
        $"otelcol.exporter.loadbalancing \"lb\" {{\n{top}\nresolver {{ {resolver} }}\nprotocol {{\notlp {{\n{otlp}\nclient {{\n{client}\n}}\n}}\n}}\n}}\n";

    /// <summary>A receiver; the keys under test are on line 3.</summary>
    public static string Receiver(string listener, string keys) =>
        $"otelcol.receiver.otlp \"in\" {{\n{listener} {{\n{keys}\n}}\noutput {{ }}\n}}\n";

    public static LoadResult Load(string source, StabilityLevel? gate = null) => ConfigurationLoader.Load(FileName, source, gate);

    public static PipelineConfiguration Valid(string source)
    {
        var result = Load(source);
        Assert.True(result.Configuration is not null, string.Join('\n', result.Diagnostics));
        return result.Configuration;
    }

    public static string[] Errors(string source, StabilityLevel? gate = null)
    {
        var result = Load(source, gate);
        Assert.Null(result.Configuration);
        return [.. result.Diagnostics.Select(diagnostic => diagnostic.ToString())];
    }
}
