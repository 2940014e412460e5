using OrleansLb.Otlp.Wire;
using OrleansLb.Testing;

namespace OrleansLb.Otlp.Tests.Wire;

public sealed class RequestScannerTests
{
    private static readonly WireMessage TwoPoints = new WireMessage().Message(1, new WireMessage()).Message(1, new WireMessage());

    [Theory]
    [InlineData(Signal.Traces)]
    [InlineData(Signal.Logs)]
    [InlineData(Signal.Metrics)]
    public void An_empty_request_holds_nothing(Signal signal) => Assert.Equal(0, Count(signal, []));

    [Theory]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    public void Data_points_of_every_kind_of_metric_count(uint kind) =>
        Assert.Equal(2, Count(Signal.Metrics, Metric(new WireMessage().Message(kind, TwoPoints))));

    [Fact]
    public void A_second_kind_of_data_replaces_the_first_and_the_same_kind_adds_to_it()
    {
        Assert.Equal(2, Count(Signal.Metrics, Metric(new WireMessage().Message(5, TwoPoints).Message(7, TwoPoints))));
        Assert.Equal(4, Count(Signal.Metrics, Metric(new WireMessage().Message(7, TwoPoints).Message(7, TwoPoints))));
    }

    [Fact]
    public void A_metric_without_data_holds_no_item() => Assert.Equal(0, Count(Signal.Metrics, Metric(new WireMessage().Text(1, "name"))));

    [Fact]
    public void Spans_and_records_count_one_each()
    {
        byte[] request = Metric(new WireMessage().Message(5, TwoPoints));

        Assert.Equal(1, Count(Signal.Traces, request));
        Assert.Equal(1, Count(Signal.Logs, request));
    }

    private static byte[] Metric(WireMessage metric) =>
        new WireMessage().Message(1, new WireMessage().Message(2, new WireMessage().Message(2, metric))).Encode();

    private static int Count(Signal signal, byte[] request)
    {
        Assert.True(RequestScanner.TryCountItems(signal, request, out int items, out var error), error.ToString());
        return items;
    }
}
