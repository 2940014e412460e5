using OrleansLb.Configuration.Diagnostics;

namespace OrleansLb.Configuration;

/// <summary>A loaded configuration, or what is wrong with it.</summary>
/// <param name="Configuration">The configuration; null when a diagnostic is an error or nothing could be read.</param>
/// <param name="Diagnostics">Errors and warnings, in the order in which they were found.</param>
/// <param name="Sources">The bytes of the files that were read, by name: for the context lines of the printed diagnostics.</param>
/// <param name="ReadFailure">Why nothing could be read at all, in Alloy's words; then there are no diagnostics.</param>
public sealed record LoadResult(
    PipelineConfiguration? Configuration,
    IReadOnlyList<Diagnostic> Diagnostics,
    IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Sources,
    string? ReadFailure = null)
{
    /// <summary>Prints the diagnostics for a terminal, each with the lines around its place.</summary>
    public void PrintDiagnostics(TextWriter output) => DiagnosticPrinter.Print(output, Sources, Diagnostics);
}
