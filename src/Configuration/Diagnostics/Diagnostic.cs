using System.Globalization;

namespace OrleansLb.Configuration.Diagnostics;

/// <summary>One finding about a configuration file.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="File">The file's name as it was given.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column in bytes, from 1.</param>
/// <param name="EndLine">Line of the last byte; 0 when only the start is known.</param>
/// <param name="EndColumn">Column of the last byte.</param>
/// <param name="Message">What is wrong, in Alloy's words where Alloy has some.</param>
public sealed record Diagnostic(
    DiagnosticSeverity Severity, string File, int Line, int Column, int EndLine, int EndColumn, string Message)
{
    /// <summary><c>FILE:LINE:COL: MESSAGE</c></summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}: {Message}");

    /// <summary>The first of several, and how many more there are: the one-line form for logs and HTTP answers.</summary>
    public static string Summarize(IReadOnlyList<Diagnostic> diagnostics) => diagnostics.Count switch
    {
        0 => "no errors",
        1 => diagnostics[0].ToString(),
        _ => string.Create(CultureInfo.InvariantCulture, $"{diagnostics[0]} (and {diagnostics.Count - 1} more diagnostics)"),
    };
}
