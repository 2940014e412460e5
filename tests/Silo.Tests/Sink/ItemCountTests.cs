using OrleansLb.Otlp;
using OrleansLb.Silo.Load;
using OrleansLb.Silo.Sink;

namespace OrleansLb.Silo.Tests.Sink;

public sealed class ItemCountTests
{
    [Theory]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    public void Data_points_of_every_kind_of_metric_are_counted(int kind)
    {
        var data = new WireMessage().Nested(1, new WireMessage().Fixed64(3, 1)).Nested(1, new WireMessage().Fixed64(3, 2)).Integer(2, 1);
        var metric = new WireMessage().String(1, "requests").String(2, "a description").Nested(kind, data);

        Assert.Equal(2, Count(Signal.Metrics, InScope(metric)));
    }

    [Fact]
    public void Log_records_are_counted_whether_or_not_they_have_a_trace_ID()
    {
        var request = InScope(new WireMessage().Fixed64(1, 1), new WireMessage().TraceId(9, 0));

        Assert.Equal(2, Count(Signal.Logs, request));
    }

    [Fact]
    public void Resource_and_scope_are_no_items()
    {
        var resourceSpans = new WireMessage()
            .Nested(1, new WireMessage().Attribute(1, "service.name", "a"))
            .Nested(2, new WireMessage().Nested(1, new WireMessage().String(1, "scope")));

        Assert.Equal(0, Count(Signal.Traces, new WireMessage().Nested(1, resourceSpans)));
    }

    private static WireMessage InScope(params WireMessage[] items)
    {
        var scope = new WireMessage();
        foreach (var item in items)
            scope.Nested(2, item);
        return new WireMessage().Nested(1, new WireMessage().Nested(2, scope));
    }

    private static int Count(Signal signal, WireMessage request)
    {
        Assert.True(ItemCount.TryCount(signal, request.ToArray(), null, out int items));
        return items;
    }
}
