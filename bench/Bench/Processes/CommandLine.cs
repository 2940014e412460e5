namespace OrleansLb.Bench.Processes;

/// <summary>A program and its arguments.</summary>
internal sealed record CommandLine(string File, IReadOnlyList<string> Arguments)
{
    /// <summary>More arguments.</summary>
    public CommandLine With(params string[] arguments) => this with { Arguments = [.. Arguments, .. arguments] };
}
