using OrleansLb.Otlp.Splitting;
using OrleansLb.Otlp.Tests.Splitting;
using OrleansLb.Otlp.Wire;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Otlp.Tests.Wire;

/// <summary>One field that no backend's decoder takes makes a request invalid for every key and for who counts, with its path; what is valid is never refused.</summary>
public sealed class RefusedFieldTests(ITestOutputHelper output)
{
    private const int Requests = 3000;

    // behind it, the walks that check nothing have room
    private static readonly byte[] Trailer = new WireMessage().Bytes(15, new byte[2 * UsualFields.Margin]).Encode();

    [Theory]
    [InlineData(Signal.Traces)]
    [InlineData(Signal.Logs)]
    [InlineData(Signal.Metrics)]
    public void A_field_of_a_wrong_type_or_length_is_refused_everywhere_and_its_neighbours_are_not(Signal signal)
    {
        int seed = TestSeed.Choose(output.WriteLine);
        for (int i = 0; i < Requests; i++)
        {
            var random = new Random(unchecked(seed + i));
            var request = new DamagedRequest(signal, random);
            byte[] behind = random.Next(2) == 0 ? [] : Trailer;
            string what = $"request {i} of seed {seed}: {request}";

            Assert.True(TryAll(signal, request, [.. request.Encode(isDamaged: false), .. behind], out var error), $"{what}: {error}");
            Assert.False(TryAll(signal, request, [.. request.Encode(isDamaged: true), .. behind], out error), what);
            Assert.Equal(request.Path, error.Path);
        }
    }

    [Theory]
    [InlineData(Signal.Traces, 1u, 15, "resource_spans[0].scope_spans[2].spans[17].trace_id: 15 bytes instead of 16 or 0")]
    [InlineData(Signal.Traces, 2u, 7, "resource_spans[0].scope_spans[2].spans[17].span_id: 7 bytes instead of 8 or 0")]
    [InlineData(Signal.Traces, 4u, 16, "resource_spans[0].scope_spans[2].spans[17].parent_span_id: 16 bytes instead of 8 or 0")]
    [InlineData(Signal.Logs, 9u, 32, "resource_logs[0].scope_logs[2].log_records[17].trace_id: 32 bytes instead of 16 or 0")]
    [InlineData(Signal.Logs, 10u, 1, "resource_logs[0].scope_logs[2].log_records[17].span_id: 1 bytes instead of 8 or 0")]
    public void The_client_is_told_which_ID_of_many_items_it_is(Signal signal, uint number, int length, string message)
    {
        byte[] valid = ItemFieldsOf.Draw(signal, new Random(1)).Encode();
        var scope = new WireMessage();
        for (int i = 0; i < 40; i++)
            scope.Bytes(2, i == 17 ? [.. valid, .. new WireMessage().Bytes(number, new byte[length]).Encode()] : valid);
        byte[] request = new WireMessage()
            .Message(1, new WireMessage().Message(2, new WireMessage()).Message(2, new WireMessage()).Message(2, scope)).Encode();

        Assert.False(RequestScanner.TryCountItems(signal, request, out _, out var counted));
        using var plan = SplitPlan.Rent();
        Assert.False(RequestSplitter.TrySplit(signal, RoutingKey.TraceId, IdentifierDialect.CoLocated, request, new HashRouter(3), plan, out var split));

        Assert.StartsWith(message + " at byte ", counted.ToString(), StringComparison.Ordinal);
        Assert.Equal(counted, split);
    }

    [Theory]
    [InlineData(Signal.Traces, Signal.Logs)]
    [InlineData(Signal.Logs, Signal.Traces)]
    [InlineData(Signal.Traces, Signal.Metrics)]
    [InlineData(Signal.Metrics, Signal.Traces)]
    [InlineData(Signal.Logs, Signal.Metrics)]
    public void Items_of_another_signal_are_refused_by_their_types(Signal sent, Signal path)
    {
        byte[] request = new WireMessage().Message(1, new WireMessage().Message(2, new WireMessage().Bytes(2, ItemFieldsOf.Draw(sent, new Random(1)).Encode()))).Encode();

        Assert.False(RequestScanner.TryCountItems(path, request, out _, out _));
        foreach (var options in DamagedRequest.OptionsOf(path))
        {
            using var plan = SplitPlan.Rent();
            Assert.False(RequestSplitter.TrySplit(path, options, request, new HashRouter(3), plan, out var error));
            Assert.NotNull(error.Path);
        }
    }

    [Fact]
    public void Empty_IDs_are_none()
    {
        byte[] span = new WireMessage().Bytes(1).Bytes(2).Bytes(4).Text(5, "name").Encode();
        byte[] request = new WireMessage().Message(1, new WireMessage().Message(2, new WireMessage().Bytes(2, span).Bytes(2, new WireMessage().Bytes(1).Encode()))).Encode();

        Assert.True(RequestScanner.TryCountItems(Signal.Traces, request, out int items, out _));
        Assert.Equal(2, items);
    }

    /// <summary>Counts and splits by every key; true when nobody refuses, false when all do, and the same field.</summary>
    private static bool TryAll(Signal signal, DamagedRequest damaged, byte[] request, out WireError error)
    {
        bool isValid = RequestScanner.TryCountItems(signal, request, out _, out error);
        foreach (var options in DamagedRequest.OptionsOf(signal))
        {
            using var plan = SplitPlan.Rent();
            bool isSplit = RequestSplitter.TrySplit(signal, options, request, new HashRouter(5), plan, out var splitError);

            // keys that do not look into items look at their IDs alone
            if (isSplit && !isValid && !damaged.IsSeenByAll && !LooksAtAllFields(signal, options))
                continue;
            Assert.True(isSplit == isValid, $"{options.Key} {options.Dialect} of {damaged}: {(isSplit ? "valid" : splitError.ToString())}, but counted: {(isValid ? "valid" : error.ToString())}");
            Assert.Equal(error, splitError);
        }

        return isValid;
    }

    private static bool LooksAtAllFields(Signal signal, in SplitOptions options) => signal == Signal.Metrics || options.Key == RoutingKey.TraceId;
}
