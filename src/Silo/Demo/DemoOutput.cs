namespace OrleansLb.Silo.Demo;

/// <summary>What every demo prints before and after its run.</summary>
internal sealed class DemoOutput(Palette palette)
{
    /// <summary>Shows what the balancers run with.</summary>
    public void Configuration(string introduction, string configuration)
    {
        Console.WriteLine(palette.Dim($"  {introduction}"));
        Console.WriteLine();
        foreach (string line in configuration.TrimEnd('\n').Split('\n'))
            Console.WriteLine(line.Length == 0 ? "" : "    " + line);
        Console.WriteLine();
    }

    /// <summary>Shows the verdict.</summary>
    /// <param name="checks">Its checks.</param>
    /// <param name="more">What else is to be said, a line each.</param>
    /// <returns>Whether it is good.</returns>
    public bool Verdict(IReadOnlyList<Check> checks, params IEnumerable<string> more)
    {
        Console.WriteLine();
        foreach (var check in checks)
            Console.WriteLine($"  {(check.Holds ? palette.Good("✓") : palette.Bad("✗"))} {check.Name,-17} {check.Detail}");
        foreach (string line in more)
            Console.WriteLine(palette.Dim($"    {line}"));
        bool isGood = checks.All(static check => check.Holds);
        Console.WriteLine();
        Console.WriteLine("  " + (isGood ? palette.Good("all good") : palette.Bad("not as it should be")));
        Console.WriteLine();
        return isGood;
    }
}
