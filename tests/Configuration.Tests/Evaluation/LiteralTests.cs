using System.Text;
using OrleansLb.Configuration.Diagnostics;
using OrleansLb.Configuration.Evaluation;
using OrleansLb.Configuration.Loading;
using OrleansLb.Configuration.Syntax;

namespace OrleansLb.Configuration.Tests.Evaluation;

public sealed class LiteralTests
{
    [Theory]
    [InlineData("\"a\\a\\b\\f\\n\\r\\t\\v\\\\\\\"\"", "a\a\b\f\n\r\t\v\\\"")]
    [InlineData("\"\\101\\x42\\u0043\\U00000044\"", "ABCD")]
    [InlineData("\"\\xc3\\xa4\"", "ä")]
    [InlineData("\"\\U0001F600 ü\"", "😀 ü")]
    [InlineData("`a\\n\r\nb`", "a\\n\nb")]
    [InlineData("\"\"", "")]
    [InlineData("``", "")]
    [InlineData("12", "12")]
    [InlineData("010", "8")]
    [InlineData("08", "8")]
    [InlineData("-1", "-1")]
    [InlineData("18446744073709551615", "18446744073709551615")]
    [InlineData("1.50", "1.5")]
    [InlineData(".5", "0.5")]
    [InlineData("12.", "12")]
    [InlineData("1e5", "100000")]
    [InlineData("1e-7", "0.0000001")]
    [InlineData("(\"x\")", "x")]
    [InlineData("{ a = \"x\", a = \"y\" }.a", "y")]
    public void Literals_read_as_text(string literal, string expected)
    {
        var text = Readers.Text(Evaluate(literal).Value);

        Assert.Null(text.Problem);
        Assert.Equal(expected, text.Value);
    }

    [Theory]
    [InlineData("\"12\"", 12)]
    [InlineData("\"-12\"", -12)]
    [InlineData("1.9", 1)]
    [InlineData("\"1e2\"", 100)]
    [InlineData("null", 0)]
    public void Strings_and_fractions_convert_to_integers(string literal, int expected) =>
        Assert.Equal(expected, Readers.Integer(Evaluate(literal).Value).Value);

    [Theory]
    [InlineData("\"0x10\"", "\"0x10\" should be number, got string")]
    [InlineData("\"\"", "\"\" should be number, got string")]
    [InlineData("\" 1\"", "\" 1\" should be number, got string")]
    [InlineData("true", "true should be number, got bool")]
    [InlineData("[1]", "[1] should be number, got array")]
    [InlineData("4294967296", "4294967296 is out of range: it must be between -2147483648 and 2147483647")]
    public void What_is_no_number_is_named(string literal, string expected) =>
        Assert.Equal(expected, Readers.Integer(Evaluate(literal).Value).Problem!.Message);

    [Theory]
    [InlineData("\"1h2m3.5s\"", 3723.5)]
    [InlineData("\"-1.5m\"", -90)]
    [InlineData("\"300ms\"", 0.3)]
    [InlineData("\"10us\"", 0.00001)]
    [InlineData("\"10µs\"", 0.00001)]
    [InlineData("\"1000ns\"", 0.000001)]
    [InlineData("\"0\"", 0)]
    [InlineData("0", 0)]
    [InlineData("\"+.5h\"", 1800)]
    public void Durations_read_as_in_Go(string literal, double seconds) =>
        Assert.Equal(TimeSpan.FromTicks((long)Math.Round(seconds * 1e7)), Readers.Duration(Evaluate(literal).Value).Value);

    [Theory]
    [InlineData("\"5x\"", "\"5x\" time: unknown unit \"x\" in duration \"5x\"")]
    [InlineData("5", "5 time: missing unit in duration \"5\"")]
    [InlineData("\"\"", "\"\" time: invalid duration \"\"")]
    [InlineData("\"1d\"", "\"1d\" time: unknown unit \"d\" in duration \"1d\"")]
    [InlineData("\".s\"", "\".s\" time: invalid duration \".s\"")]
    [InlineData("\"3000000h\"", "\"3000000h\" time: invalid duration \"3000000h\"")]
    [InlineData("true", "true should be string, got bool")]
    public void Bad_durations_have_Gos_words(string literal, string expected) =>
        Assert.Equal(expected, Readers.Duration(Evaluate(literal).Value).Problem!.Message);

    [Theory]
    [InlineData("\"512KiB\"", 512L << 10)]
    [InlineData("\"512KB\"", 512L << 10)]
    [InlineData("\"1MiB512KiB\"", (1L << 20) + (512L << 10))]
    [InlineData("\"1.5MiB\"", 3L << 19)]
    [InlineData("\"7B\"", 7)]
    [InlineData("\"2EiB\"", 2L << 60)]
    [InlineData("0", 0)]
    public void Sizes_count_in_powers_of_1024(string literal, long expected) =>
        Assert.Equal(expected, Readers.Size(Evaluate(literal).Value).Value);

    [Theory]
    [InlineData("512", "512 units: unknown unit  in 512")]
    [InlineData("\"1kB\"", "\"1kB\" units: unknown unit kB in 1kB")]
    [InlineData("\"1kib\"", "\"1kib\" units: unknown unit kib in 1kib")]
    [InlineData("\"x\"", "\"x\" units: invalid x")]
    [InlineData("\"9EiB\"", "\"9EiB\" units: unknown unit EiB in 9EiB")]
    [InlineData("\"9EB\"", "\"9EB\" units: overflow parsing unit")]
    public void Bad_sizes_are_named(string literal, string expected) =>
        Assert.Equal(expected, Readers.Size(Evaluate(literal).Value).Problem!.Message);

    [Theory]
    [InlineData("1 + 2", "operator + is not supported yet")]
    [InlineData("sys.env(\"HOME\")", "calling sys.env is not supported yet")]
    [InlineData("[1][0]", "indexing is not supported yet")]
    [InlineData("constants.hostname", "constants.hostname is not supported yet")]
    [InlineData("nothing", "identifier \"nothing\" does not exist")]
    [InlineData("{ a = 1 }.b", "field \"b\" does not exist")]
    [InlineData("-\"a\"", "\"a\" should be number, got string")]
    [InlineData("!1", "1 should be bool, got number")]
    [InlineData("\"\\xff\"", "a string that is no UTF-8 is not supported yet")]
    [InlineData("1e999", "1e999 is out of the range of numbers")]
    public void What_cannot_be_evaluated_says_so(string expression, string expected) =>
        Assert.Equal(expected, Evaluate(expression).Problem!.Message);

    [Fact]
    public void A_very_long_chain_of_names_is_walked_in_a_straight_line() =>
        Assert.Equal("field \"a\" does not exist", Evaluate("{}" + string.Concat(Enumerable.Repeat(".a", 200_000))).Problem!.Message);

    private static Outcome<AlloyValue> Evaluate(string expression)
    {
        var diagnostics = new List<Diagnostic>();
        var body = Parser.Parse(new SourceFile("t", Encoding.UTF8.GetBytes($"x = {expression}")), diagnostics);
        Assert.Empty(diagnostics);
        var scope = new ComponentScope(new Dictionary<string, OrleansLb.Configuration.Components.ComponentBlock>());
        return new Evaluator(scope).Evaluate(Assert.IsType<AttributeStatement>(Assert.Single(body)).Value);
    }
}
