using System.Text;
using OrleansLb.Configuration.Diagnostics;

namespace OrleansLb.Configuration.Tests.Diagnostics;

public sealed class DiagnosticPrinterTests
{
    [Fact]
    public void A_range_within_a_line_is_marked_and_has_a_line_of_context_on_either_side() => AssertPrinted(
        "first\n\tattr = 1\nthird\nfourth\n",
        new Diagnostic(DiagnosticSeverity.Error, "f", 2, 2, 2, 5, "wrong"),
        "Error: f:2:2: wrong\n\n1 | first\n2 |     attr = 1\n  |     ^^^^\n3 | third\n");

    [Fact]
    public void Without_an_end_one_column_is_marked() => AssertPrinted(
        "foo,bar",
        new Diagnostic(DiagnosticSeverity.Warning, "f", 1, 4, 0, 0, "odd"),
        "Warning: f:1:4: odd\n\n1 | foo,bar\n  |    ^\n");

    [Fact]
    public void Line_numbers_are_aligned() => AssertPrinted(
        "1\n2\n3\n4\n5\n6\n7\n8\nnine\nten",
        new Diagnostic(DiagnosticSeverity.Error, "f", 9, 1, 9, 4, "wrong"),
        "Error: f:9:1: wrong\n\n 8 | 8\n 9 | nine\n   | ^^^^\n10 | ten\n");

    [Fact]
    public void A_range_over_several_lines_has_a_bar_at_its_left() => AssertPrinted(
        "before\nx START\nmiddle\n\tEND after\nlast",
        new Diagnostic(DiagnosticSeverity.Error, "f", 2, 3, 4, 4, "wrong"),
        "Error: f:2:3: wrong\n\n1 |   before\n2 |   x START\n  |  ___^^^^^\n3 | | middle\n4 | |     END after\n  | |_____^^^\n5 |   last\n");

    [Fact]
    public void Columns_count_bytes() => AssertPrinted(
        "ää = ?",
        new Diagnostic(DiagnosticSeverity.Error, "f", 1, 8, 0, 0, "wrong"),
        "Error: f:1:8: wrong\n\n1 | ää = ?\n  |      ^\n");

    [Fact]
    public void The_summary_names_the_first_and_counts_the_others()
    {
        var diagnostic = new Diagnostic(DiagnosticSeverity.Error, "f", 1, 8, 0, 0, "wrong");

        Assert.Equal("f:1:8: wrong", Diagnostic.Summarize([diagnostic]));
        Assert.Equal("f:1:8: wrong (and 2 more diagnostics)", Diagnostic.Summarize([diagnostic, diagnostic, diagnostic]));
    }

    [Fact]
    public void Diagnostics_are_separated_by_a_blank_line()
    {
        var output = new StringWriter();
        var result = ConfigurationLoader.Load("f", "a = 1\nb = 2");
        result.PrintDiagnostics(output);

        Assert.Equal(
            "Error: f:1:1: unrecognized attribute a\n\n1 | a = 1\n  | ^^^^^\n2 | b = 2\n\n"
            + "Error: f:2:1: unrecognized attribute b\n\n1 | a = 1\n2 | b = 2\n  | ^^^^^\n",
            output.ToString());
    }

    private static void AssertPrinted(string source, Diagnostic diagnostic, string expected)
    {
        var output = new StringWriter();
        var sources = new Dictionary<string, ReadOnlyMemory<byte>> { ["f"] = Encoding.UTF8.GetBytes(source) };
        DiagnosticPrinter.Print(output, sources, [diagnostic]);
        Assert.Equal(expected, output.ToString());
    }
}
