using System.Text;
using OrleansLb.Configuration.Diagnostics;
using OrleansLb.Configuration.Syntax;

namespace OrleansLb.Configuration.Tests.Syntax;

public sealed class ParserTests
{
    [Theory]
    [InlineData("")]
    [InlineData("\n// only a comment\n")]
    [InlineData("b { x = 1 }")]
    [InlineData("a { b { c = 1 } }")]
    [InlineData("a { b { c = 1 }\nd = 2 }")]
    [InlineData("a.b.c \"label\" { }")]
    [InlineData("a \"\" { }")]
    [InlineData("a { x = [1, 2,\n3,\n] }")]
    [InlineData("a { x = { a = 1, \"b c\" = 2, } }")]
    [InlineData("a { x = {\na = 1,\n\"b\" = 2,\n} }")]
    [InlineData("a { x = (1 +\n2) * 3 ^ -2 }")]
    [InlineData("a { x = f(1, g(2),) }")]
    [InlineData("a { x = b.c[0].d(\"e\").f }")]
    [InlineData("a { x = !true && false || 1 <= 2 }")]
    public void Correct_text_parses(string source) => Assert.Empty(Diagnose(source));

    [Theory]
    [InlineData("b { x = 1 y = 2 }", "t:1:11: expected TERMINATOR, got IDENT")]
    [InlineData("b { x = 1, y = 2 }", "t:1:10: expected TERMINATOR, got ,")]
    [InlineData("a b { }", "t:1:3: expected block label, got IDENT")]
    [InlineData("a `b` { }", "t:1:3: expected block label to be a double quoted string, but got \"`b`\"")]
    [InlineData("a \"with space\" { }", "t:1:3: expected block label to be a valid identifier, but got \"with space\"")]
    [InlineData("a \"true\" { }", "t:1:3: expected block label to be a valid identifier, but got \"true\"")]
    [InlineData("a\n{ }", "t:1:2: expected block label, got TERMINATOR")]
    [InlineData("a.b = 1", "t:1:1: attribute names may only consist of a single identifier with no \".\"")]
    [InlineData("a \"x\" = 1", "t:1:3: attribute names may not have labels")]
    [InlineData("a { x = [1\n] }", "t:1:11: missing ',' in expression list")]
    [InlineData("a { x = [1 2] }", "t:1:12: missing ',' in expression list")]
    [InlineData("a { x = { b = 1\n} }", "t:1:16: missing ',' in field list")]
    [InlineData("a { x = { 1 = 2 } }", "t:1:11: expected field name (string or identifier), got NUMBER")]
    [InlineData("a { x = }", "t:1:9: expected expression, got }")]
    [InlineData("a { x = b { c = 1 } }", "t:1:9: cannot use a block as an expression")]
    [InlineData("a { x = b \"l\" { c = 1 } }", "t:1:9: cannot use a block as an expression")]
    [InlineData("1 = 2", "t:1:1: expected identifier, got NUMBER")]
    [InlineData("a {", "t:1:4: expected }, got EOF")]
    [InlineData("a { x = (1 }", "t:1:12: expected ), got }")]
    [InlineData("a { x = b. }", "t:1:12: expected IDENT, got }")]
    public void Syntax_errors_have_a_place_and_Alloys_words(string source, string expected) =>
        Assert.Equal(expected, Diagnose(source)[0].ToString());

    [Fact]
    public void Several_errors_are_reported_but_only_one_per_line()
    {
        var diagnostics = Diagnose("a { x = 1 y = 2 z = 3 }\nb { x = ] }\nc { }\n");

        // What is skipped after an error takes the closing braces with it, hence the one at the end of the file.
        Assert.Equal([1, 2, 4], diagnostics.Select(diagnostic => diagnostic.Line));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("(")]
    [InlineData("-")]
    [InlineData("{a=")]
    [InlineData("1^")]
    [InlineData("f(")]
    [InlineData("b {a=")]
    public void Deep_nesting_is_refused_and_does_not_exhaust_the_stack(string opening)
    {
        var diagnostics = Diagnose("a { x = " + string.Concat(Enumerable.Repeat(opening, 100_000)));

        Assert.Contains(diagnostics, diagnostic => diagnostic.Message == "blocks and expressions are nested too deeply");
    }

    [Fact]
    public void Deeply_nested_blocks_are_refused()
    {
        var diagnostics = Diagnose(string.Concat(Enumerable.Repeat("a {", 100_000)));

        Assert.Contains(diagnostics, diagnostic => diagnostic.Message == "blocks and expressions are nested too deeply");
    }

    [Fact]
    public void Operators_bind_as_in_Alloy()
    {
        Assert.Equal("((1 + (2 * (3 ^ (4 ^ 5)))) == 6)", Shape("1 + 2 * 3 ^ 4 ^ 5 == 6"));
        Assert.Equal("((- 2) ^ 2)", Shape("-2 ^ 2"));
        Assert.Equal("((a || (b && c)) || d)", Shape("a || b && c || d"));
        Assert.Equal("((1 - 2) - 3)", Shape("1 - 2 - 3"));
    }

    private static string Shape(string expression)
    {
        var diagnostics = new List<Diagnostic>();
        var body = Parser.Parse(new SourceFile("t", Encoding.UTF8.GetBytes($"x = {expression}")), diagnostics);
        Assert.Empty(diagnostics);
        return Show(Assert.IsType<AttributeStatement>(Assert.Single(body)).Value);
    }

    private static string Show(Expression expression) => expression switch
    {
        BinaryExpression binary => $"({Show(binary.Left)} {binary.Operator.Display()} {Show(binary.Right)})",
        UnaryExpression unary => $"({unary.Operator.Display()} {Show(unary.Operand)})",
        _ => expression.Span.Text,
    };

    private static List<Diagnostic> Diagnose(string source)
    {
        var diagnostics = new List<Diagnostic>();
        Parser.Parse(new SourceFile("t", Encoding.UTF8.GetBytes(source)), diagnostics);
        return diagnostics;
    }
}
