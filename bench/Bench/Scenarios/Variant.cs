namespace OrleansLb.Bench.Scenarios;

/// <summary>A named set of environment variables for the measured process; one of them may name another build of the balancer.</summary>
internal sealed record Variant(string Name, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>The variable that is no variable: the balancer's program (an executable or a .dll).</summary>
    private const string ProgramKey = "PROGRAM";

    /// <summary>No variables.</summary>
    public static Variant Plain { get; } = new("", new Dictionary<string, string>());

    /// <summary>Another build of the balancer; null for the one of the run.</summary>
    public string? Program => Environment.GetValueOrDefault(ProgramKey);

    /// <summary>Reads <c>NAME:KEY=VALUE[;KEY=VALUE…]</c>.</summary>
    /// <exception cref="FormatException">It is no such text.</exception>
    public static Variant Parse(string text)
    {
        var parts = text.Split(':', 2);
        if (parts.Length != 2)
            throw new FormatException($"'{text}' is no variant (NAME:KEY=VALUE[;KEY=VALUE…])");
        var pairs = parts[1].Split(';', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2)).ToList();
        if (pairs.Any(p => p.Length != 2))
            throw new FormatException($"'{text}' is no variant (NAME:KEY=VALUE[;KEY=VALUE…])");
        return new Variant(parts[0], pairs.ToDictionary(p => p[0], p => p[1]));
    }
}
