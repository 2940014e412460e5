using OrleansLb.OtlpModel;

namespace OrleansLb.EndToEnd.Tests.Infrastructure;

/// <summary>What the tests claim about deliveries.</summary>
internal static class Delivered
{
    /// <summary>Every span that was sent is at some backend once and only once.</summary>
    public static void EverySpanOnce(IReadOnlySet<string> sent, params MockBackend[] backends)
    {
        var received = backends.SelectMany(static b => b.Spans).Select(static s => Convert.ToHexStringLower(s.SpanId.Span)).ToList();
        Assert.Equal(received.Count, received.Distinct().Count());
        Assert.True(sent.SetEquals(received), $"sent {sent.Count} spans, received {received.Count}");
    }

    /// <summary>No trace has spans at two backends.</summary>
    public static void EveryTraceAtOneBackend(params MockBackend[] backends) => Assert.Empty(SplitTraces(backends));

    /// <summary>The traces with spans at more than one backend.</summary>
    public static IReadOnlyList<string> SplitTraces(params MockBackend[] backends)
    {
        var owners = from b in backends
                     from s in b.Spans
                     group b.Endpoint by Convert.ToHexStringLower(s.TraceId.Span) into byTrace
                     where byTrace.Distinct().Count() > 1
                     select byTrace.Key;
        return [.. owners];
    }

    /// <summary>No trace has spans on two seats, which had these backends one after the other.</summary>
    public static void EveryTraceOnOneSeat(params MockBackend[][] seats)
    {
        var byTrace = seats.SelectMany(static (backends, seat) => backends.SelectMany(static b => b.Spans).Select(span => (Trace: Convert.ToHexStringLower(span.TraceId.Span), seat)));
        Assert.DoesNotContain(byTrace.Distinct().GroupBy(static t => t.Trace), static trace => trace.Count() > 1);
    }

    /// <summary>Every backend has something to do.</summary>
    public static void EveryBackendHasSpans(params MockBackend[] backends)
        => Assert.All(backends, static b => Assert.NotEmpty(b.Spans));

    public static int SpanCount(params MockBackend[] backends) => backends.Sum(static b => b.Spans.Count());

    public static string ServiceOf(Resource resource) => resource.Attributes.First(static a => a.Key == "service.name").Value.StringValue;
}
