using System.Text;
using System.Text.RegularExpressions;
using OrleansLb.Configuration.Diagnostics;
using OrleansLb.Configuration.Syntax;

namespace OrleansLb.Configuration.Loading;

/// <summary>Tells a configuration of the OpenTelemetry Collector by its text, whatever the file is called.</summary>
internal static partial class CollectorYaml
{
    private const string NotSupported =
        "this is a YAML configuration of the OpenTelemetry Collector, which is not supported yet; "
        + "\"alloy convert --source-format=otelcol\" translates it into Alloy's language";

    /// <summary>
    /// The one finding about such a file; null when it is something else. The first line that is neither empty, comment nor the start of a document must be a
    /// key, which nothing in Alloy's language looks like, and one of the Collector's sections must stand at the beginning of a line.
    /// </summary>
    public static Diagnostic? Find(SourceFile file)
    {
        int mark = file.Bytes.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        string text = Encoding.UTF8.GetString(file.Bytes[mark..]);

        // The section first: the other question is put to few files, and its automaton is made anew in each process, which is noticeable at the start.
        if (Section().Match(text) is not { Success: true } section || !BeginsWithKey().IsMatch(text))
            return null;

        // places are counted in bytes; the section's name is ASCII
        int offset = mark + Encoding.UTF8.GetByteCount(text.AsSpan(0, section.Index));
        return new SourceSpan(file, offset, offset + section.Groups["key"].Length).Error(NotSupported);
    }

    [GeneratedRegex(@"\A(?:[ \t]*(?:#.*|---.*|%.*)?\r?\n)*[""']?[A-Za-z_][\w./-]*[""']?[ \t]*:(?:\s|\z)", RegexOptions.NonBacktracking)]
    private static partial Regex BeginsWithKey();

    [GeneratedRegex(@"^(?<key>[""']?(?:receivers|exporters|service)[""']?)[ \t]*:(?:\s|\z)", RegexOptions.Multiline)]
    private static partial Regex Section();
}
