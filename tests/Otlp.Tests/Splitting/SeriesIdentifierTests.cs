using System.Text;
using OrleansLb.Otlp.Identity;
using OrleansLb.Otlp.Splitting;
using OrleansLb.Otlp.Wire;
using OrleansLb.Testing;
using Xunit.Abstractions;
using static OrleansLb.Otlp.Tests.Identity.Attributes;

namespace OrleansLb.Otlp.Tests.Splitting;

/// <summary>The identifier of our own that a series has with co-located identifiers: what changes it and what does not.</summary>
public sealed class SeriesIdentifierTests(ITestOutputHelper output)
{
    private const uint AttributesNumber = 7;
    private const int Slots = 10;

    public static TheoryData<string> Kinds => [.. Values.Keys];

    private static Dictionary<string, WireMessage> Values => new()
    {
        ["text"] = Text("1"),
        ["text of nothing"] = Text(""),
        ["number"] = Int(1),
        ["small number"] = Int(0),
        ["number of two bytes"] = Int(300),
        ["number of three bytes"] = Int(70_000),
        ["negative number"] = Int(-1),
        ["true"] = Bool(true),
        ["false"] = Bool(false),
        ["real"] = Double(1),
        ["zero"] = Double(0),
        ["negative zero"] = Double(-0.0),
        ["not a number"] = Double(double.NaN),
        ["infinity"] = Double(double.PositiveInfinity),
        ["bytes"] = Bytes((byte)'1'),
        ["no bytes"] = Bytes(),
        ["nothing"] = Nothing,
        ["array of nothing"] = Array(),
        ["array"] = Array(Text("1")),
        ["array of another kind"] = Array(Int(1)),
        ["array of two"] = Array(Text("1"), Text("2")),
        ["array of two, turned round"] = Array(Text("2"), Text("1")),
        ["array of an array"] = Array(Array(Text("1"))),
        ["map of nothing"] = Map(),
        ["map"] = Map(("1", Text("1"))),
        ["map of two"] = Map(("1", Text("1")), ("2", Text("2"))),
        ["map of two, values changed over"] = Map(("1", Text("2")), ("2", Text("1"))),
        ["map of a map"] = Map(("1", Map(("1", Text("1"))))),
        ["no text"] = new WireMessage().Bytes(1, 0xFF, 0xC3),
        ["longer text"] = Text("seventeen letters"),
        ["long text"] = Text(new string('t', 500)),
    };

    [Fact]
    public void Values_of_every_kind_make_series_of_their_own() =>
        Assert.Equal(Values.Count + 1, Values.Values.Select(value => Identify(List(AttributesNumber, ("k", value)))).Append(Identify(new WireMessage())).Distinct().Count());

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_order_of_key_and_value_counts_nothing(string kind)
    {
        var upwards = new WireMessage().Message(AttributesNumber, Pair("some.key", Values[kind]));
        var downwards = new WireMessage().Message(AttributesNumber, Pair("some.key", Values[kind]).Reverse());
        Assert.Equal(Identify(upwards), Identify(downwards));
    }

    [Fact]
    public void The_order_of_attributes_and_what_stands_between_them_count_nothing()
    {
        var random = new Random(TestSeed.Choose(output.WriteLine));
        WireMessage Point() => List(AttributesNumber, [.. Values.Select(pair => ("key of " + pair.Key, pair.Value)), ("twice", Text("a")), ("twice", Text("b"))]);
        string expected = Identify(Point());

        Assert.Equal(expected, Identify(Point().Reverse()));
        for (int i = 0; i < 200; i++)
            Assert.Equal(expected, Identify(Point().Fixed64(3, (ulong)random.NextInt64()).Real(4, 0.5).Text(2000, "unknown").Varint(8, 1).Shuffle(random)));
    }

    [Fact]
    public void The_order_of_a_maps_entries_counts_nothing_and_that_of_an_array_does()
    {
        var entries = new (string Key, WireMessage Value)[] { ("a", Int(1)), ("b", Map(("c", Bool(true)), ("d", Nothing))) };
        string expected = Identify(List(AttributesNumber, ("k", Map(entries))));

        Assert.Equal(expected, Identify(List(AttributesNumber, ("k", Map([("b", Map(("d", Nothing), ("c", Bool(true)))), ("a", Int(1))])))));
        Assert.NotEqual(
            Identify(List(AttributesNumber, ("k", Array(Int(1), Int(2))))), Identify(List(AttributesNumber, ("k", Array(Int(2), Int(1))))));
    }

    [Fact]
    public void Every_way_to_write_a_value_is_the_same()
    {
        // lengths and numbers in more bytes than they need, unknown fields, and what a later occurrence replaces
        string text = Identify(List(AttributesNumber, ("k", Text("v"))));
        Assert.Equal(text, Identify(Written("0A016B12030A0176")));
        Assert.Equal(text, Identify(Written("0A81006B1284000A810076")));
        Assert.Equal(text, Identify(Written("0A0178120218050A016B12030A0176")));
        Assert.Equal(text, Identify(Written("0A016B120518010A0176")));
        Assert.Equal(text, Identify(Written("0A016B1202180112030A0176")));
        Assert.Equal(text, Identify(Written("0A016B12030A01765001")));
        string number = Identify(List(AttributesNumber, ("k", Int(5))));
        Assert.Equal(number, Identify(Written("0A016B12021805")));
        Assert.Equal(number, Identify(Written("0A016B1203188500")));
        Assert.Equal(number, Identify(Written("0A016B120418858000")));
        string truth = Identify(List(AttributesNumber, ("k", Bool(true))));
        Assert.Equal(truth, Identify(Written("0A016B12021005")));
    }

    [Fact]
    public void Equal_keys_count_as_often_as_they_occur()
    {
        var once = List(AttributesNumber, ("k", Text("a")));
        var twice = List(AttributesNumber, ("k", Text("a")), ("k", Text("a")));
        var both = List(AttributesNumber, ("k", Text("a")), ("k", Text("b")));
        Assert.Equal(3, new[] { Identify(once), Identify(twice), Identify(both) }.Distinct().Count());
        Assert.Equal(Identify(both), Identify(List(AttributesNumber, ("k", Text("b")), ("k", Text("a")))));
    }

    [Fact]
    public void Names_and_values_do_not_run_into_each_other()
    {
        var points = new[]
        {
            new[] { ("a", "b") }, [("ab", "")], [("", "ab")], [("b", "a")], [("", "")], [],
            [("a", "x"), ("b", "y")], [("a", "y"), ("b", "x")], [("a", "b"), ("x", "y")], [("a", "xy")],
            [("a", "same begin1"), ("b", "same begin2")], [("a", "same begin2"), ("b", "same begin1")],
            [("sixteen letters.", "seventeen letters")], [("sixteen letters.s", "eventeen letters")], [("a", "b\0")], [("a\0", "b")],
        };
        Assert.Equal(
            points.Length,
            points.Select(point => Identify(List(AttributesNumber, [.. point.Select(static pair => (pair.Item1, Text(pair.Item2)))]))).Distinct().Count());
    }

    [Fact]
    public void Resource_scope_and_metric_are_part_of_a_series()
    {
        WireMessage Resource(string name) => List(1, ("service.name", Text(name)), ("host.name", Text("h")));
        WireMessage Scope(string name, string version, string value) => new WireMessage().Text(1, name).Text(2, version).Message(3, Pair("k", Text(value)));
        WireMessage Metric(string name, string unit, uint kind, ulong temporality, ulong monotonic)
        {
            var data = new WireMessage().Message(1, List(AttributesNumber, ("k", Text("v"))));
            return new WireMessage().Text(1, name).Text(3, unit).Message(kind, kind == 7 ? data.Varint(2, temporality).Varint(3, monotonic) : data);
        }

        string[] identifiers =
        [
            Asked(Resource("a"), Scope("s", "1", "v"), Metric("m", "s", 7, 2, 1)),
            Asked(Resource("b"), Scope("s", "1", "v"), Metric("m", "s", 7, 2, 1)),
            Asked(new WireMessage(), Scope("s", "1", "v"), Metric("m", "s", 7, 2, 1)),
            Asked(Resource("a"), Scope("t", "1", "v"), Metric("m", "s", 7, 2, 1)),
            Asked(Resource("a"), Scope("s1", "", "v"), Metric("m", "s", 7, 2, 1)),
            Asked(Resource("a"), Scope("s", "1", "w"), Metric("m", "s", 7, 2, 1)),
            Asked(Resource("a"), Scope("s", "1", "v"), Metric("n", "s", 7, 2, 1)),
            Asked(Resource("a"), Scope("s", "1", "v"), Metric("ms", "", 7, 2, 1)),
            Asked(Resource("a"), Scope("s", "1", "v"), Metric("m", "ms", 7, 2, 1)),
            Asked(Resource("a"), Scope("s", "1", "v"), Metric("m", "s", 7, 1, 1)),
            Asked(Resource("a"), Scope("s", "1", "v"), Metric("m", "s", 7, 2, 0)),
            Asked(Resource("a"), Scope("s", "1", "v"), Metric("m", "s", 5, 0, 0)),
            Asked(Resource("a"), Scope("s", "1", "v"), Metric("m", "s", 11, 0, 0)),
        ];

        Assert.Equal(identifiers.Length, identifiers.Distinct().Count());
        Assert.Equal(
            identifiers[0],
            Asked(Resource("a").Reverse().Text(2000, "unknown"), Scope("s", "1", "v").Reverse(), Metric("m", "s", 7, 2, 1).Text(2, "about it").Reverse()));
    }

    [Fact]
    public void Neither_the_place_in_a_request_nor_its_end_counts()
    {
        byte[] point = List(AttributesNumber, ("http.route", Text("/api")), ("n", Int(1)), ("a longer name than a block", Text("a longer value than a block"))).Encode();
        string expected = Identify(point);
        for (int more = 0; more < 40; more++)
            Assert.Equal(expected, Identify(point, new byte[more]));
    }

    [Theory]
    [InlineData("0A01611203")]
    [InlineData("0A0561")]
    [InlineData("0A01611080")]
    [InlineData("12030A0562")]
    [InlineData("12030A01620A056B")]
    public void A_damaged_attribute_is_an_error_wherever_it_stands(string pair)
    {
        byte[] point = new WireMessage().Bytes(AttributesNumber, Convert.FromHexString(pair)).Encode();
        foreach (int more in new[] { 0, 100 })
        {
            var error = default(WireError);
            Assert.False(Key().TryIdentify([.. point, .. new byte[more]], 0, point.Length, AttributesNumber, out _, ref error));
            Assert.NotEqual(default, error);
        }
    }

    [Fact]
    public void Values_nested_too_deeply_are_an_error_as_with_the_Collectors_identifiers()
    {
        byte[] point = List(AttributesNumber, ("k", Nested(ValueNesting.Limit + 1))).Encode();
        var error = default(WireError);
        Assert.False(Key().TryIdentify(point, 0, point.Length, AttributesNumber, out _, ref error));
        Assert.Equal("attribute values are nested too deeply", error.Message);
        Identify(List(AttributesNumber, ("k", Nested(ValueNesting.Limit - 1))));
    }

    [Fact]
    public void Series_that_differ_in_one_digit_are_spread_evenly_and_none_have_the_same_identifier()
    {
        const int Series = 200_000;
        var key = Key();
        int[] counts = new int[Slots];
        var seen = new HashSet<ulong>();
        for (int i = 0; i < Series; i++)
        {
            byte[] point = List(AttributesNumber, ("host", Text($"host-{i % 500}")), ("cpu", Int(i / 500)), ("mode", Text("idle"))).Encode();
            string identifier = Identify(key, point);
            Assert.True(seen.Add(Convert.ToUInt64(identifier, 16)), identifier);
            counts[(int)((UInt128)XxHash64.Hash(Encoding.ASCII.GetBytes(identifier)) * Slots >> 64)]++;
        }

        // five standard deviations of a fair draw
        const double Mean = (double)Series / Slots;
        double bound = 5 * Math.Sqrt(Mean);
        Assert.All(counts, count => Assert.InRange(count, Mean - bound, Mean + bound));
    }

    private static byte[] Written(string pair) => new WireMessage().Bytes(AttributesNumber, Convert.FromHexString(pair)).Encode();

    private static SeriesKey Key()
    {
        var key = new SeriesKey();
        var error = default(WireError);
        Assert.True(key.TryEnterResource([], 0, 0, ref error) && key.TryEnterScope([], 0, 0, ref error));
        key.EnterMetric([], default);
        return key;
    }

    private static string Identify(WireMessage point) => Identify(point.Encode());

    /// <summary>The identifier, which must be the same with and without bytes behind it.</summary>
    private static string Identify(byte[] point) => Identify(Key(), point);

    private static string Identify(byte[] point, byte[] behind)
    {
        var error = default(WireError);
        Assert.True(Key().TryIdentify([.. point, .. behind], 0, point.Length, AttributesNumber, out var identifier, ref error), error.ToString());
        return Encoding.ASCII.GetString(identifier);
    }

    private static string Identify(SeriesKey key, byte[] point)
    {
        var error = default(WireError);
        Assert.True(key.TryIdentify(point, 0, point.Length, AttributesNumber, out var identifier, ref error), error.ToString());
        string atTheEnd = Encoding.ASCII.GetString(identifier);
        Assert.True(key.TryIdentify([.. point, .. new byte[SeriesHash.Block]], 0, point.Length, AttributesNumber, out identifier, ref error), error.ToString());
        Assert.Equal(atTheEnd, Encoding.ASCII.GetString(identifier));
        return atTheEnd;
    }

    private static string Asked(WireMessage resource, WireMessage scope, WireMessage metric)
    {
        byte[] request = new WireMessage()
            .Message(1, new WireMessage().Message(1, resource).Message(2, new WireMessage().Message(1, scope).Message(2, metric))).Encode();
        var router = new HashRouter(Slots);
        using var plan = SplitPlan.Rent();
        var options = new SplitOptions(RoutingKey.StreamId, IdentifierDialect.CoLocated);
        Assert.True(RequestSplitter.TrySplit(Signal.Metrics, options, request, router, plan, out var error), error.ToString());
        return Assert.Single(router.AskedTexts);
    }
}
