using OrleansLb.Configuration.Diagnostics;

namespace OrleansLb.Configuration.Syntax;

/// <summary>A stretch of a source file.</summary>
/// <param name="File">The file.</param>
/// <param name="Start">Offset of the first byte.</param>
/// <param name="End">Offset behind the last byte; equal to <paramref name="Start"/> when only the start is known.</param>
internal readonly record struct SourceSpan(SourceFile File, int Start, int End)
{
    public string Text => File.Text(Start, End);

    /// <summary>From the start of this span to the end of another one of the same file.</summary>
    public SourceSpan To(SourceSpan other) => this with { End = other.End };

    public Diagnostic Error(string message) => Report(DiagnosticSeverity.Error, message);

    public Diagnostic Report(DiagnosticSeverity severity, string message)
    {
        var (line, column) = File.Locate(Start);
        var (endLine, endColumn) = End > Start ? File.Locate(End - 1) : (0, 0);
        return new Diagnostic(severity, File.Name, line, column, endLine, endColumn, message);
    }
}
