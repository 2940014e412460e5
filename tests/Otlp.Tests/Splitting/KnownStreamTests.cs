using System.Text;
using OrleansLb.Otlp.Identity;
using OrleansLb.Otlp.Splitting;
using OrleansLb.Otlp.Wire;
using OrleansLb.Testing;
using Xunit.Abstractions;
using static OrleansLb.Otlp.Tests.Identity.Attributes;

namespace OrleansLb.Otlp.Tests.Splitting;

/// <summary>A series that came before is told by a memo: it must not be told differently.</summary>
public sealed class KnownStreamTests(ITestOutputHelper output)
{
    private const uint AttributesNumber = 7;

    [Fact]
    public void A_point_has_the_identifier_that_it_has_where_nothing_is_known()
    {
        var random = new Random(TestSeed.Choose(output.WriteLine));
        byte[][] points = [.. Enumerable.Range(0, 60).Select(_ => Point(random))];
        string[] expected = [.. points.Select(point => Identify(Key(metric: 0), point))];
        var warm = Key(metric: 0);

        for (int round = 0; round < 4; round++)
            Assert.Equal(expected, points.Select(point => Identify(warm, point)));
    }

    [Fact]
    public void The_same_attributes_in_another_metric_make_another_stream()
    {
        byte[] point = List(AttributesNumber, ("http.request.method", Text("GET")), ("http.route", Text("/"))).Encode();
        var key = Key(metric: 0);
        for (int round = 0; round < 3; round++)
        {
            for (byte metric = 0; metric < 3; metric++)
            {
                EnterMetric(key, metric);
                Assert.Equal(Identify(Key(metric), point), Identify(key, point));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public void Damage_behind_known_attributes_is_still_found(int cut)
    {
        byte[] point = List(AttributesNumber, ("http.request.method", Text("GET"))).Fixed64(3, 1).Fixed64(4, 2).Encode();
        var key = Key(metric: 0);
        for (int round = 0; round < 3; round++)
            Identify(key, point);

        var error = default(WireError);
        Assert.False(key.TryIdentify(point.AsSpan(..^cut), 0, point.Length - cut, AttributesNumber, out _, ref error));
        Assert.NotEqual(default, error);
    }

    [Theory]
    [InlineData(IdentifierDialect.CoLocated)]
    [InlineData(IdentifierDialect.Collector)]
    public void Many_threads_split_alike(IdentifierDialect dialect)
    {
        byte[][] requests = [.. Enumerable.Range(1, 20).Select(seed => new RequestGenerator(new Random(seed), Signal.Metrics, 15).Request())];
        var options = new SplitOptions(RoutingKey.StreamId, dialect);
        string[][] Ask() => [.. requests.Select(request =>
        {
            var router = new HashRouter(16);
            using var plan = SplitPlan.Rent();
            Assert.True(RequestSplitter.TrySplit(Signal.Metrics, options, request, router, plan, out var error), error.ToString());
            return router.AskedTexts.ToArray();
        })];
        string[][] expected = Ask();

        Parallel.For(0, 32, _ => Assert.Equal(expected, Ask()));
    }

    /// <summary>From no attributes to more than a memo keeps, side by side or with other fields between, one of few so that they repeat.</summary>
    private static byte[] Point(Random random)
    {
        var point = new WireMessage();
        for (int i = random.Next(9); i > 0; i--)
        {
            var value = random.Next(4) switch
            {
                0 => Int(random.Next(3) - 1),
                1 => Text(new string('v', random.Next(200))),
                2 => Map(("b", Bool(true)), ("a", Double(0.5))),
                _ => Text("value " + random.Next(3)),
            };
            point.Message(AttributesNumber, Pair("attribute " + random.Next(6), value));
            if (random.Next(6) == 0)
                point.Fixed64(4, (ulong)random.NextInt64());
        }

        return point.Fixed64(3, (ulong)random.NextInt64()).Encode();
    }

    private static StreamKey Key(byte metric)
    {
        var key = new StreamKey(new AttributeHasher(), new IdentifierBuffer());
        var error = default(WireError);
        Assert.True(key.TryEnterResource([], 0, 0, ref error) && key.TryEnterScope([], 0, 0, ref error));
        EnterMetric(key, metric);
        return key;
    }

    private static void EnterMetric(StreamKey key, byte metric) => key.EnterMetric([metric], new MetricShell { NameEnd = 1 });

    private static string Identify(StreamKey key, byte[] point)
    {
        var error = default(WireError);
        Assert.True(key.TryIdentify(point, 0, point.Length, AttributesNumber, out var identifier, ref error), error.ToString());
        return Encoding.ASCII.GetString(identifier);
    }
}
