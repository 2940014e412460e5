using System.Globalization;

namespace OrleansLb.Silo.Explain;

/// <summary>An explanation for people: one step a line.</summary>
internal static class RouteText
{
    public static void Write(TextWriter output, RouteExplanation route)
    {
        Line("input", route.Input);
        if (route.Exporter is { } exporter)
            Line("exporter", exporter);
        if (route.Signal is { } signal)
            Line("signal", signal);
        Line("ring", $"{route.Ring}, {route.Backends} {(route.Backends == 1 ? "backend" : "backends")}");
        Line("identifier", Identifier(route));
        Line("hash", $"{route.HashAlgorithm} {route.Hash}");
        Line(route.Partition is null ? "position" : "partition", $"{route.Partition ?? route.Position} of {route.PositionCount}");
        if (route.Cell is { } cell)
            Line("cell", $"{cell} of {route.CellCount}");
        Line("ring slot", route.Slot.ToString(CultureInfo.InvariantCulture));
        Line("backend", route.Weight is { } weight ? string.Create(CultureInfo.InvariantCulture, $"{route.Backend}, weight {weight}") : route.Backend);

        void Line(string name, string value) => output.WriteLine($"{name,-12}{value}");
    }

    private static string Identifier(RouteExplanation route)
    {
        string bytes = route.IdentifierHex.Length == 0 ? "no bytes" : $"{route.IdentifierHex.Length / 2} bytes {route.IdentifierHex}";
        return route.IdentifierText is { Length: > 0 } text ? $"{bytes} \"{text}\"" : bytes;
    }
}
