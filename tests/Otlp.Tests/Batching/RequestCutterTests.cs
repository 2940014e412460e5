using Google.Protobuf;
using OrleansLb.Otlp.Batching;
using OrleansLb.Otlp.Splitting;
using OrleansLb.Otlp.Tests.Splitting;
using OrleansLb.Otlp.Tests.Wire;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Otlp.Tests.Batching;

public sealed class RequestCutterTests(ITestOutputHelper output)
{
    [Fact]
    public void The_pieces_hold_the_items_of_the_request_each_once_in_their_order_with_all_that_lies_around_them() =>
        SplitProperties.Check(output, 800, drawn =>
        {
            byte[] request = drawn.Request();

            var pieces = RequestPieces.Of(drawn.Signal, request, LimitOf(drawn, request));

            Func<IMessage, IEnumerable<string>> flatten = drawn.Signal == Signal.Metrics ? OtlpMessages.FlattenPoints : OtlpMessages.Flatten;
            Assert.Equal(
                flatten(OtlpMessages.Parse(drawn.Signal, request)),
                pieces.SelectMany(piece => flatten(OtlpMessages.Parse(drawn.Signal, piece.Bytes))));
        });

    [Fact]
    public void A_piece_keeps_to_the_limit_unless_it_is_a_single_item() => SplitProperties.Check(output, 800, drawn =>
    {
        byte[] request = drawn.Request();
        var limit = LimitOf(drawn, request);

        foreach (var (piece, bytes) in RequestPieces.Of(drawn.Signal, request, limit))
        {
            int taken = piece.Slot == 0 ? limit.Taken : 0;
            int size = limit.Sizer == ItemSizer.Bytes ? bytes.Length : piece.ItemCount;
            int items = OtlpMessages.Elements(OtlpMessages.Parse(drawn.Signal, bytes)).Sum(OtlpMessages.ItemsIn);
            int elements = OtlpMessages.Elements(OtlpMessages.Parse(drawn.Signal, bytes)).Count();
            Assert.Equal(items, piece.ItemCount);
            Assert.True(taken + size <= limit.Most || (taken == 0 && elements == 1 && items <= 1), $"{taken}+{size} of {limit.Most}: {elements} elements, {items} items");
        }
    });

    [Fact]
    public void No_two_neighbours_would_have_fitted_into_one_piece() => SplitProperties.Check(output, 500, drawn =>
    {
        byte[] request = drawn.Request();
        var limit = LimitOf(drawn, request) with { Sizer = ItemSizer.Items, Taken = 0 };

        var pieces = RequestPieces.Of(drawn.Signal, request, limit);

        Assert.All(pieces.SkipLast(1), piece => Assert.Equal(limit.Most, piece.Part.ItemCount));
        Assert.Equal(Enumerable.Range(0, pieces.Count), pieces.Select(piece => piece.Part.Slot));
    });

    [Fact]
    public void Requests_written_one_behind_the_other_are_one_request() => SplitProperties.Check(output, 500, drawn =>
    {
        byte[] first = drawn.Request();
        byte[] second = (drawn with { Seed = drawn.Seed / 2 }).Request();

        var merged = OtlpMessages.Parse(drawn.Signal, (byte[])[.. first, .. second]);

        var expected = OtlpMessages.Parse(drawn.Signal, first);
        expected.MergeFrom(second);
        Assert.Equal(expected, merged);
        Assert.Equal(
            [.. OtlpMessages.Flatten(OtlpMessages.Parse(drawn.Signal, first)), .. OtlpMessages.Flatten(OtlpMessages.Parse(drawn.Signal, second))],
            OtlpMessages.Flatten(merged));
    });

    [Fact]
    public void Damaged_requests_are_refused_or_cut_but_never_read_beyond_their_end() => SplitProperties.Check(output, 800, drawn =>
    {
        byte[] request = drawn.Request();
        var random = new Random(drawn.Seed);
        for (int i = random.Next(4); i >= 0 && request.Length > 0; i--)
            request[random.Next(request.Length)] = (byte)random.Next(256);
        request = request[..random.Next(request.Length + 1)];

        RequestPieces.TryOf(drawn.Signal, request, LimitOf(drawn, request), out _, out _);
    });

    [Theory]
    [InlineData(Signal.Traces)]
    [InlineData(Signal.Logs)]
    [InlineData(Signal.Metrics)]
    public void What_fits_is_the_original_bytes(Signal signal)
    {
        byte[] request = Drawn(signal);

        var piece = Assert.Single(RequestPieces.Of(signal, request, new PieceLimit(ItemSizer.Bytes, request.Length)));

        Assert.Equal(request, piece.Bytes);
    }

    [Fact]
    public void An_item_that_is_too_large_goes_alone()
    {
        var scope = new WireMessage()
            .Message(2, new WireMessage().Text(5, "a"))
            .Message(2, new WireMessage().Text(5, new string('b', 1000)))
            .Message(2, new WireMessage().Text(5, "c"));
        byte[] request = new WireMessage().Message(1, new WireMessage().Message(2, scope)).Encode();

        var pieces = RequestPieces.Of(Signal.Traces, request, new PieceLimit(ItemSizer.Bytes, 100));

        Assert.Equal([1, 1, 1], pieces.Select(piece => piece.Part.ItemCount));
        Assert.True(pieces[1].Bytes.Length > 1000);
    }

    [Fact]
    public void The_points_of_a_metric_are_its_items()
    {
        var gauge = new WireMessage();
        for (int i = 0; i < 5; i++)
            gauge.Message(1, new WireMessage().Fixed64(3, (ulong)i));
        var metric = new WireMessage().Text(1, "load").Message(5, gauge).Text(3, "1");
        byte[] request = new WireMessage().Message(1, new WireMessage().Message(2, new WireMessage().Message(2, metric))).Encode();

        var pieces = RequestPieces.Of(Signal.Metrics, request, new PieceLimit(ItemSizer.Items, 2));

        Assert.Equal([2, 2, 1], pieces.Select(piece => piece.Part.ItemCount));
    }

    [Theory]
    [InlineData(Signal.Traces, ItemSizer.Items)]
    [InlineData(Signal.Traces, ItemSizer.Bytes)]
    [InlineData(Signal.Logs, ItemSizer.Items)]
    [InlineData(Signal.Logs, ItemSizer.Bytes)]
    [InlineData(Signal.Metrics, ItemSizer.Items)]
    [InlineData(Signal.Metrics, ItemSizer.Bytes)]
    public void A_warm_plan_cuts_and_copies_without_allocating(Signal signal, ItemSizer sizer)
    {
        byte[] request = Drawn(signal);
        byte[] destination = new byte[request.Length];
        var limit = new PieceLimit(sizer, sizer == ItemSizer.Bytes ? request.Length / 5 : 5);
        using var plan = SplitPlan.Rent();
        int pieces = Cut(signal, request, limit, plan, destination);

        Assert.Equal(0, AllocatedBytes.LeastOf(() =>
        {
            for (int i = 0; i < 10; i++)
                pieces += Cut(signal, request, limit, plan, destination);
        }));
        Assert.True(pieces > 33);
    }

    private static int Cut(Signal signal, byte[] request, PieceLimit limit, SplitPlan plan, byte[] destination)
    {
        if (!RequestCutter.TryCut(signal, request, limit, plan, out _))
            return -1000;
        for (int i = 0; i < plan.PartCount; i++)
            plan.CopyPart(i, request, destination);
        return plan.PartCount;
    }

    private static byte[] Drawn(Signal signal) => Enumerable.Range(1, 100)
        .Select(seed => new RequestGenerator(new Random(seed), signal, 20).Request())
        .First(drawn => OtlpMessages.Elements(OtlpMessages.Parse(signal, drawn)).Sum(OtlpMessages.ItemsIn) > 40);

    private static PieceLimit LimitOf(SplitCase drawn, byte[] request)
    {
        var random = new Random(drawn.Seed);
        var sizer = random.Next(2) == 0 ? ItemSizer.Items : ItemSizer.Bytes;
        int most = sizer == ItemSizer.Items ? random.Next(1, 20) : random.Next(1, request.Length + 2);
        return new PieceLimit(sizer, most, random.Next(3) == 0 ? random.Next(most + 1) : 0);
    }
}
