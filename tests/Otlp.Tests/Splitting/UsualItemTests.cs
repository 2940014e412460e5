using OrleansLb.Otlp.Splitting;
using OrleansLb.Otlp.Wire;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Otlp.Tests.Splitting;

/// <summary>
/// Items that are written as nearly all are take a short way where there is room behind them to read without checks; alone in a small request they take the
/// careful one. Both must agree, also on items that only look usual.
/// </summary>
public sealed class UsualItemTests(ITestOutputHelper output)
{
    private const int Requests = 1500;
    private const int Slots = 5;

    // enough behind the last item, and passed on at the head of every part
    private static readonly byte[] Trailer = new WireMessage().Bytes(15, new byte[2 * UsualFields.Margin]).Encode();

    [Theory]
    [InlineData(Signal.Traces)]
    [InlineData(Signal.Logs)]
    [InlineData(Signal.Metrics)]
    public void Items_of_every_form_go_where_they_go_alone(Signal signal)
    {
        int seed = TestSeed.Choose(output.WriteLine);
        int whole = 0;
        for (int i = 0; i < Requests; i++)
        {
            var random = new Random(seed + i);
            byte[][] items = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => Item(signal, random))];
            foreach (var options in Options(signal))
                whole += Agrees(signal, options, items, $"request {i} of seed {seed}, {options.Key} {options.Dialect}") ? 1 : 0;
        }

        Assert.InRange(whole, Requests, 5 * Requests);
    }

    [Theory]
    [InlineData(Signal.Traces)]
    [InlineData(Signal.Logs)]
    [InlineData(Signal.Metrics)]
    public void Damaged_items_are_refused_as_they_are_alone(Signal signal)
    {
        int seed = TestSeed.Choose(output.WriteLine);
        int refused = 0;
        for (int i = 0; i < Requests; i++)
        {
            var random = new Random(seed + i);
            byte[][] items = [.. Enumerable.Range(0, 4).Select(_ => Item(signal, random))];
            byte[] victim = items[random.Next(items.Length)];
            for (int damages = random.Next(1, 4); damages > 0; damages--)
                victim[random.Next(victim.Length)] = (byte)random.Next(256);
            foreach (var options in Options(signal))
                refused += Agrees(signal, options, items, $"request {i} of seed {seed}, {options.Key} {options.Dialect}") ? 0 : 1;
        }

        Assert.NotEqual(0, refused);
    }

    [Fact]
    public void Spans_of_a_trace_that_follow_the_first_of_them_do_so_in_small_and_in_large_requests()
    {
        int seed = TestSeed.Choose(output.WriteLine);
        var options = new SplitOptions(RoutingKey.Attributes, IdentifierDialect.Collector, new RoutingAttributes(["key.1", "span.kind"]));
        int followed = 0;
        for (int i = 0; i < 5 * Requests; i++)
        {
            var random = new Random(seed + i);
            byte[][] items = [.. Enumerable.Range(0, 3).Select(_ => Item(Signal.Traces, random))];
            var router = new HashRouter(Slots);
            string small = Deal(options, Request(Signal.Traces, items), router, out int asked);
            string large = Deal(options, [.. Request(Signal.Traces, items), .. Trailer], new HashRouter(Slots), out _);

            Assert.True(small == large, $"request {i} of seed {seed}: {small} and, with more behind it, {large}");
            followed += items.Length - asked;
        }

        Assert.InRange(followed, Requests, 10 * Requests);
    }

    private static string Deal(in SplitOptions options, byte[] request, HashRouter router, out int asked)
    {
        using var plan = SplitPlan.Rent();
        bool split = RequestSplitter.TrySplit(Signal.Traces, options, request, router, plan, out _);
        asked = router.Asked.Count;
        if (!split)
            return "malformed";
        return string.Join(", ", Enumerable.Range(0, plan.PartCount).Select(part => $"{plan.Part(part).ItemCount} to {plan.Part(part).Slot}"));
    }

    private static IEnumerable<SplitOptions> Options(Signal signal)
    {
        string[] names = signal switch
        {
            Signal.Traces => ["span.kind", "span.name", "key.3"],
            Signal.Logs => ["log.severity", "log.body", "key.3"],
            _ => ["key.0", "key.4", "key.3"],
        };
        var key = signal == Signal.Metrics ? RoutingKey.StreamId : RoutingKey.TraceId;
        yield return new SplitOptions(key, IdentifierDialect.CoLocated);
        yield return new SplitOptions(key, IdentifierDialect.Collector);
        yield return new SplitOptions(RoutingKey.Attributes, IdentifierDialect.CoLocated, new RoutingAttributes(["key.1"]));
        yield return new SplitOptions(RoutingKey.Attributes, IdentifierDialect.CoLocated, new RoutingAttributes(names));
        yield return new SplitOptions(RoutingKey.Attributes, IdentifierDialect.CoLocated, new RoutingAttributes(["key.7", "key.2", "key.22", "nowhere"]));
    }

    private static bool Agrees(Signal signal, in SplitOptions options, byte[][] items, string what)
    {
        var expected = new Dictionary<int, List<byte[]>>();
        bool valid = true;
        foreach (byte[] item in items)
        {
            using var alone = SplitPlan.Rent();
            if (!RequestSplitter.TrySplit(signal, options, Request(signal, [item]), new HashRouter(Slots), alone, out _))
            {
                valid = false;
                break;
            }

            // such a record goes its own way each time
            if (signal == Signal.Logs && options.Key == RoutingKey.TraceId && alone.MissingKeyItems > 0)
                return false;
            int slot = alone.Part(0).Slot;
            expected.TryAdd(slot, []);
            expected[slot].Add(item);
        }

        using var plan = SplitPlan.Rent();
        byte[] request = [.. Request(signal, items), .. Trailer];
        bool split = RequestSplitter.TrySplit(signal, options, request, new HashRouter(Slots), plan, out var error);
        Assert.True(valid == split, $"{what}: {(valid ? "valid" : "malformed")} alone, {(split ? "valid" : error.ToString())} together");
        if (!valid)
            return false;

        Assert.Equal(expected.Count, plan.PartCount);
        for (int i = 0; i < plan.PartCount; i++)
        {
            byte[] part = new byte[plan.Part(i).Length];
            plan.CopyPart(i, request, part);
            byte[] content = Request(signal, [.. expected[plan.Part(i).Slot]]);
            Assert.True(part.SequenceEqual(plan.IsWhole ? [.. content, .. Trailer] : [.. Trailer, .. content]), $"{what}: part {i} holds other items");
            Assert.Equal(expected[plan.Part(i).Slot].Count, plan.Part(i).ItemCount);
        }

        return true;
    }

    private static byte[] Request(Signal signal, byte[][] items)
    {
        var list = new WireMessage();
        foreach (byte[] item in items)
            list.Bytes(signal == Signal.Metrics ? 1u : 2, item);
        var scope = signal == Signal.Metrics ? new WireMessage().Message(2, new WireMessage().Text(1, "requests").Message(5, list)) : list;
        return new WireMessage().Message(1, new WireMessage().Message(2, scope)).Encode();
    }

    // Mostly as SDKs write it or, from its end on, the Collector, at times with something missing, doubled, long, in another place or in another form.
    private static byte[] Item(Signal signal, Random random)
    {
        var fields = (signal == Signal.Traces ? Span(random) : signal == Signal.Logs ? Record(random) : Point(random)).Where(_ => random.Next(30) != 0).ToList();
        if (random.Next(2) == 0)
            fields.Reverse();
        for (int oddities = random.Next(4) == 0 ? random.Next(1, 4) : 0; oddities > 0 && fields.Count > 1; oddities--)
        {
            var moved = fields[random.Next(fields.Count)];
            if (random.Next(2) == 0)
                fields.Remove(moved);
            fields.Insert(random.Next(fields.Count + 1), random.Next(3) == 0 ? Odd(random) : moved);
        }

        return [.. fields.SelectMany(static field => field.Encode())];
    }

    private static IEnumerable<WireMessage> Span(Random random)
    {
        yield return new WireMessage().Bytes(1, Id(random, random.Next(400) == 0 ? random.Next(20) : 16));
        yield return new WireMessage().Bytes(2, Id(random, 8));
        if (random.Next(10) == 0)
            yield return new WireMessage().Text(3, "state=1");
        yield return new WireMessage().Bytes(4, Id(random, 8));
        yield return new WireMessage().Text(5, Word(random));
        yield return new WireMessage().Varint(6, (ulong)random.Next(random.Next(10) == 0 ? 300 : 6));
        yield return new WireMessage().Fixed64(7, (ulong)random.NextInt64());
        yield return new WireMessage().Fixed64(8, (ulong)random.NextInt64());
        foreach (var attribute in Attributes(9, random))
            yield return attribute;
        if (random.Next(5) == 0)
            yield return new WireMessage().Varint(10, 3);
        if (random.Next(5) == 0)
            yield return new WireMessage().Message(11, new WireMessage().Fixed64(1, 5).Text(2, Word(random)));
        yield return new WireMessage().Message(15, new WireMessage());
        yield return new WireMessage().Fixed32(16, 0x101);
    }

    private static IEnumerable<WireMessage> Record(Random random)
    {
        yield return new WireMessage().Fixed64(1, (ulong)random.NextInt64());
        yield return new WireMessage().Varint(2, 9);
        yield return new WireMessage().Text(3, "INFO");
        yield return new WireMessage().Message(5, new WireMessage().Text(1, Word(random)));
        foreach (var attribute in Attributes(6, random))
            yield return attribute;
        yield return new WireMessage().Fixed32(8, 1);
        yield return new WireMessage().Bytes(9, Id(random, random.Next(400) == 0 ? random.Next(1, 20) : 16));
        yield return new WireMessage().Bytes(10, Id(random, 8));
        yield return new WireMessage().Fixed64(11, (ulong)random.NextInt64());
    }

    // some with so little in it that its length has one byte
    private static IEnumerable<WireMessage> Point(Random random)
    {
        yield return new WireMessage().Fixed64(2, (ulong)random.NextInt64());
        yield return new WireMessage().Fixed64(3, (ulong)random.NextInt64());
        yield return random.Next(2) == 0 ? new WireMessage().Fixed64(4, (ulong)random.NextInt64()) : new WireMessage().Fixed64(6, 1);
        foreach (var attribute in Attributes(7, random).Take(random.Next(9)))
            yield return attribute;
        if (random.Next(5) == 0)
            yield return new WireMessage().Message(5, new WireMessage().Fixed64(2, 5).Fixed64(3, 1));
        yield return new WireMessage().Varint(8, 0);
    }

    private static IEnumerable<WireMessage> Attributes(uint number, Random random)
    {
        bool valuesFirst = random.Next(2) == 0;
        for (int i = random.Next(4, 9); i >= 0; i--)
        {
            var value = random.Next(5) switch
            {
                0 => new WireMessage().Varint(3, (ulong)random.Next(100_000)),
                1 => new WireMessage().Varint(2, 1),
                2 => new WireMessage().Text(1, "value " + random.Next(3)),
                _ => new WireMessage().Text(1, Word(random)),
            };
            var pair = new WireMessage().Text(1, $"key.{random.Next(random.Next(3) == 0 ? 30 : 5)}").Message(2, value);
            if (random.Next(30) == 0)
                valuesFirst = !valuesFirst;
            yield return new WireMessage().Message(number, valuesFirst ? pair.Reverse() : pair);
        }
    }

    private static WireMessage Odd(Random random) => random.Next(6) switch
    {
        0 => new WireMessage().Text(20, Word(random)),
        1 => new WireMessage().Fixed32(24, 7),
        2 => new WireMessage().Fixed64(23, 7),
        3 => new WireMessage().Varint(300, (ulong)random.NextInt64()),
        4 => new WireMessage().Bytes(9, Id(random, 16)),
        _ => new WireMessage().Bytes(1, Id(random, random.Next(4) == 0 ? random.Next(20) : 16)),
    };

    // few, so that traces repeat
    private static byte[] Id(Random random, int length)
    {
        byte[] id = new byte[length];
        id.AsSpan().Fill((byte)random.Next(1, 9));
        return id;
    }

    private static string Word(Random random) => new((char)('a' + random.Next(26)), random.Next(12) == 0 ? random.Next(100, 300) : random.Next(40));
}
