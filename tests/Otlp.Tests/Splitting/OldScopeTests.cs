using OrleansLb.Otlp.Batching;
using OrleansLb.Otlp.Splitting;
using OrleansLb.Otlp.Tests.Wire;
using OrleansLb.Otlp.Wire;
using OrleansLb.Testing;

namespace OrleansLb.Otlp.Tests.Splitting;

/// <summary>Scope entries in the field of before OTLP 0.15 go where those of today go, and arrive as those of today.</summary>
public sealed class OldScopeTests
{
    private const uint OldNumber = 1000;
    private const int Slots = 7;

    [Theory]
    [InlineData(Signal.Traces)]
    [InlineData(Signal.Logs)]
    [InlineData(Signal.Metrics)]
    public void They_are_split_by_every_key_like_those_of_today_and_written_like_them(Signal signal)
    {
        for (int seed = 0; seed < 200; seed++)
        {
            int items = 0;
            byte[] today = Request(signal, seed, _ => 2, ref items), old = Request(signal, seed, random => random.Next(2) == 0 ? 2 : OldNumber, ref items);
            foreach (var options in DamagedRequest.OptionsOf(signal).Where(options => !GoesItsOwnWay(signal, options)))
            {
                var expected = Parts(signal, options, today, out int none);
                var actual = Parts(signal, options, old, out int oldItems);

                Assert.Equal(0, none);
                Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
                Assert.All(actual, part => Assert.Equal(OtlpMessages.Parse(signal, expected[part.Key]), OtlpMessages.Parse(signal, part.Value)));
                Assert.True(RequestScanner.TryCountItems(signal, old, out _, out int counted, out _));
                Assert.Equal(counted, oldItems);
            }
        }
    }

    [Fact]
    public void A_request_that_goes_whole_is_written_anew()
    {
        int items = 0;
        byte[] old = Request(Signal.Traces, 1, _ => OldNumber, ref items);
        using var plan = SplitPlan.Rent();
        Assert.True(RequestSplitter.TrySplit(Signal.Traces, new SplitOptions(RoutingKey.TraceId, IdentifierDialect.CoLocated), old, new HashRouter(1), plan, out _));

        Assert.False(plan.IsWhole);
        Assert.Equal(items, plan.OldItems);
        byte[] part = new byte[plan.Part(0).Length];
        plan.CopyPart(0, old, part);
        Assert.Equal(items, OtlpMessages.Elements(OtlpMessages.Parse(Signal.Traces, part)).Count());
    }

    [Fact]
    public void They_are_cut_into_pieces_without_a_copy_in_each()
    {
        int items = 0;
        byte[] old = Request(Signal.Traces, 1, _ => OldNumber, ref items);
        using var plan = SplitPlan.Rent();
        Assert.True(RequestCutter.TryCut(Signal.Traces, old, new PieceLimit(ItemSizer.Items, 2), plan, out _));

        int found = 0;
        for (int i = 0; i < plan.PartCount; i++)
        {
            byte[] piece = new byte[plan.Part(i).Length];
            plan.CopyPart(i, old, piece);
            Assert.True(RequestScanner.TryCountItems(Signal.Traces, piece, out int inPiece, out _));
            Assert.Equal(plan.Part(i).ItemCount, inPiece);
            found += inPiece;
        }

        Assert.True(plan.PartCount > 1);
        Assert.Equal(items, found);
    }

    [Fact]
    public void What_is_wrong_in_one_is_named_by_its_old_name()
    {
        byte[] span = new WireMessage().Bytes(1, new byte[15]).Encode();
        byte[] request = new WireMessage().Message(1, new WireMessage().Message(OldNumber, new WireMessage().Bytes(2, span))).Encode();

        Assert.False(RequestScanner.TryCountItems(Signal.Traces, request, out _, out var error));
        Assert.Equal("resource_spans[0].instrumentation_library_spans[0].spans[0].trace_id", error.Path);
    }

    // a record without a trace ID
    private static bool GoesItsOwnWay(Signal signal, in SplitOptions options) => signal == Signal.Logs && options.Key == RoutingKey.TraceId;

    private static byte[] Request(Signal signal, int seed, Func<Random, uint> number, ref int items)
    {
        var random = new Random(seed);
        var numbers = new Random(seed);
        var request = new WireMessage();
        items = 0;
        for (int entries = random.Next(1, 4); entries > 0; entries--)
        {
            var entry = new WireMessage().Message(1, new WireMessage().Attribute(1, "service.name", new WireMessage().Text(1, $"service {random.Next(4)}")));
            for (int scopes = random.Next(1, 3); scopes > 0; scopes--)
            {
                var scope = new WireMessage().Message(1, new WireMessage().Text(1, "library"));
                for (int count = random.Next(1, 6); count > 0; count--, items++)
                    scope.Bytes(2, ItemFieldsOf.Draw(signal, random).Encode());
                entry.Message(number(numbers), scope.Text(3, "schema"));
            }

            request.Message(1, entry.Text(3, "schema"));
        }

        return request.Encode();
    }

    private static Dictionary<int, byte[]> Parts(Signal signal, in SplitOptions options, byte[] request, out int oldItems)
    {
        using var plan = SplitPlan.Rent();
        Assert.True(RequestSplitter.TrySplit(signal, options, request, new HashRouter(Slots), plan, out var error), error.ToString());
        oldItems = plan.OldItems;
        var parts = new Dictionary<int, byte[]>();
        for (int i = 0; i < plan.PartCount; i++)
        {
            byte[] part = new byte[plan.Part(i).Length];
            plan.CopyPart(i, request, part);
            parts.Add(plan.Part(i).Slot, part);
        }

        return parts;
    }
}
