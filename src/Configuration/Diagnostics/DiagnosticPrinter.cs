using System.Globalization;
using System.Text;

namespace OrleansLb.Configuration.Diagnostics;

/// <summary>Prints diagnostics for a terminal: a heading, the lines around the place, and markers under it.</summary>
public static class DiagnosticPrinter
{
    private const int ContextLines = 1;
    private const string Tab = "    ";

    /// <summary>Prints all diagnostics, a blank line between two.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="sources">The files' bytes by name; a file that is missing here gets no context lines.</param>
    /// <param name="diagnostics">What to print.</param>
    public static void Print(TextWriter output, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> sources, IReadOnlyList<Diagnostic> diagnostics)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(diagnostics);

        var text = new StringBuilder();
        for (int i = 0; i < diagnostics.Count; i++)
        {
            if (i > 0)
                text.Append('\n');
            var diagnostic = diagnostics[i];
            text.Append(diagnostic.Severity == DiagnosticSeverity.Error ? "Error: " : "Warning: ").Append(diagnostic).Append('\n');
            if (sources.TryGetValue(diagnostic.File, out var source))
                PrintContext(text, source, diagnostic);
        }

        output.Write(text.ToString());
    }

    private static void PrintContext(StringBuilder text, ReadOnlyMemory<byte> source, Diagnostic diagnostic)
    {
        var place = diagnostic.EndLine == 0
            ? diagnostic with { EndLine = diagnostic.Line, EndColumn = diagnostic.Column }
            : diagnostic;
        bool multiline = place.EndLine > place.Line;
        string[] lines = Encoding.UTF8.GetString(source.Span).Split('\n');
        int first = Math.Max(place.Line - ContextLines, 1);
        int last = Math.Min(place.EndLine + ContextLines, lines.Length);
        int width = last.ToString(CultureInfo.InvariantCulture).Length;

        text.Append('\n');
        for (int number = first; number <= last; number++)
        {
            string line = lines[number - 1];
            text.Append(number.ToString(CultureInfo.InvariantCulture).PadLeft(width)).Append(" | ");
            if (multiline)
                text.Append(number > place.Line && number <= place.EndLine ? "| " : "  ");
            text.Append(line.Replace("\r", "", StringComparison.Ordinal).Replace("\t", Tab, StringComparison.Ordinal)
                .Replace("\v", Tab, StringComparison.Ordinal)).Append('\n');

            bool opens = number == place.Line;
            if (!opens && !(multiline && number == place.EndLine))
                continue;
            text.Append(' ', width).Append(!multiline ? " | " : opens ? " |  _" : " | |_");
            PrintMarkers(text, line, number, place, multiline ? '_' : ' ');
            text.Append('\n');
        }
    }

    private static void PrintMarkers(StringBuilder text, string line, int number, Diagnostic place, char blank)
    {
        int column = 1;
        foreach (var rune in line.EnumerateRunes())
        {
            if (number == place.EndLine && column > place.EndColumn)
                break;
            bool marked = number == place.Line ? column >= place.Column : column <= place.EndColumn;
            if (rune.Value is '\t' or '\v')
                text.Append(blank, Tab.Length);
            else
                text.Append(marked ? '^' : blank);
            column += rune.Utf8SequenceLength;
        }
    }
}
