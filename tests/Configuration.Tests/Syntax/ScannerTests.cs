using System.Text;
using OrleansLb.Configuration.Diagnostics;
using OrleansLb.Configuration.Syntax;

namespace OrleansLb.Configuration.Tests.Syntax;

public sealed class ScannerTests
{
    [Theory]
    [InlineData("a_1 = 12", "IDENT = NUMBER TERMINATOR EOF")]
    [InlineData("größe = true", "IDENT = BOOL TERMINATOR EOF")]
    [InlineData("12. .5 1.5 1e5 1E+5 2.5e-3", "FLOAT FLOAT FLOAT FLOAT FLOAT FLOAT TERMINATOR EOF")]
    [InlineData("1.x", "FLOAT IDENT TERMINATOR EOF")]
    [InlineData("a.b", "IDENT . IDENT TERMINATOR EOF")]
    [InlineData("null Null", "NULL IDENT TERMINATOR EOF")]
    [InlineData("|| && ! != = == < <= > >= + - * / % ^ { } ( ) [ ] , .",
        "|| && ! != = == < <= > >= + - * / % ^ { } ( ) [ ] , . EOF")]
    [InlineData("a\nb\r\n\n\nc", "IDENT TERMINATOR IDENT TERMINATOR IDENT TERMINATOR EOF")]
    [InlineData("a = [\n1,\n]\n", "IDENT = [ NUMBER , ] TERMINATOR EOF")]
    [InlineData("1 +\n2", "NUMBER + NUMBER TERMINATOR EOF")]
    [InlineData("a // comment\nb", "IDENT TERMINATOR IDENT TERMINATOR EOF")]
    [InlineData("a /* x */ = 1", "IDENT = NUMBER TERMINATOR EOF")]
    [InlineData("a /* x\n */ = 1", "IDENT TERMINATOR = NUMBER TERMINATOR EOF")]
    [InlineData("a /* x */ // y\nb", "IDENT TERMINATOR IDENT TERMINATOR EOF")]
    [InlineData("a /* x */", "IDENT TERMINATOR EOF")]
    [InlineData("{ // comment\n}", "{ } TERMINATOR EOF")]
    [InlineData("`raw\n\\n` \"a\\\"b\"", "STRING STRING TERMINATOR EOF")]
    [InlineData("", "EOF")]
    [InlineData("\uFEFFa", "IDENT TERMINATOR EOF")]
    public void Text_is_cut_into_tokens(string source, string expected)
    {
        var (kinds, diagnostics) = Scan(Encoding.UTF8.GetBytes(source));

        Assert.Empty(diagnostics);
        Assert.Equal(expected, kinds);
    }

    [Theory]
    [InlineData("a = 'x'", "t:1:5: illegal single-quoted string; use double quotes")]
    [InlineData("a = \"x\n", "t:1:5: string literal not terminated")]
    [InlineData("a = `x\n", "t:1:5: string literal not terminated")]
    [InlineData("\n/* x", "t:2:1: block comment not terminated")]
    [InlineData("a = 1e", "t:1:5: exponent has no digits")]
    [InlineData("a = 1e+", "t:1:5: exponent has no digits")]
    [InlineData("a | b", "t:1:4: missing second | in ||")]
    [InlineData("a & b", "t:1:4: missing second & in &&")]
    [InlineData("a = 1;", "t:1:6: illegal character U+003B ';'")]
    [InlineData("a: 1", "t:1:2: illegal character U+003A ':'")]
    [InlineData("# a", "t:1:1: illegal character U+0023 '#'")]
    [InlineData("a ? b", "t:1:3: illegal character U+003F '?'")]
    [InlineData("\u00E4\u00E4 = \u20AC", "t:1:8: illegal character U+20AC '€'")]
    [InlineData("a = \u0007", "t:1:5: illegal character U+0007")]
    [InlineData("a = \0", "t:1:5: illegal character NUL")]
    [InlineData("a\uFEFF", "t:1:2: illegal byte order mark")]
    [InlineData("\"\\'\"", "t:1:3: unknown escape sequence")]
    [InlineData("\"\\/\"", "t:1:3: unknown escape sequence")]
    [InlineData("\"\\$\"", "t:1:3: unknown escape sequence")]
    [InlineData("\"\\0\"", "t:1:3: illegal character U+0022 '\"' in escape sequence")]
    [InlineData("\"\\400\"", "t:1:3: escape sequence is invalid Unicode code point")]
    [InlineData("\"\\ud800\"", "t:1:3: escape sequence is invalid Unicode code point")]
    [InlineData("\"\\U00110000\"", "t:1:3: escape sequence is invalid Unicode code point")]
    [InlineData("\"\\xg0\"", "t:1:3: illegal character U+0067 'g' in escape sequence")]
    public void Illegal_text_is_reported_with_its_place(string source, string expected)
    {
        var (_, diagnostics) = Scan(Encoding.UTF8.GetBytes(source));

        Assert.Equal(expected, diagnostics[0].ToString());
    }

    private static (string Kinds, List<Diagnostic> Diagnostics) Scan(byte[] source)
    {
        var diagnostics = new List<Diagnostic>();
        var scanner = new Scanner(new SourceFile("t", source), diagnostics);
        var kinds = new List<string>();
        TokenKind kind;
        do
        {
            kind = scanner.Next().Kind;
            kinds.Add(kind.Display());
        }
        while (kind != TokenKind.EndOfFile);
        return (string.Join(' ', kinds), diagnostics);
    }
}
