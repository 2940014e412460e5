using System.Text.Json;
using OrleansLb.Grains.Membership;
using OrleansLb.Silo.CommandLine;

namespace OrleansLb.Silo.Explain;

/// <summary>The role <c>ring</c>: compares what the rings make of the same backends.</summary>
internal static class RingRole
{
    /// <summary>The most backends that can be compared.</summary>
    public static int MostBackends { get; } = RingNames.Kinds.Min(MembershipState.Limit);

    /// <returns>The exit code of the process.</returns>
    public static int Run(RingOptions options, TextWriter output)
    {
        var comparison = new RingComparison(
            options.Keys, options.Seed, options.Remove, [.. options.Add.Select(static backend => backend.ToString())], [.. options.Rings.Select(ring => RingSurveyor.Survey(options, ring))]);
        if (options.Json)
            output.WriteLine(JsonSerializer.Serialize(comparison, ExplainJson.Default.RingComparison));
        else
            RingText.Write(output, comparison);
        return 0;
    }
}
