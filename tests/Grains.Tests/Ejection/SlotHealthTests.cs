using OrleansLb.Grains.Ejection;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Ejection;

public sealed class SlotHealthTests
{
    private readonly FakeTime _time = new();
    private readonly BackendHealth _board;
    private readonly SlotHealth _health;

    public SlotHealthTests()
    {
        _board = new BackendHealth(new LaneIdentity("silo"), _time);
        _health = _board.Track("exporter", 7);
    }

    [Fact]
    public void A_backend_that_was_never_tried_is_not_reported()
    {
        Assert.Empty(_board.Report("exporter").Slots);
        Note(ExportOutcome.Delivered.Instance);
        Assert.Equal([new SlotHealthReport(7, "b:1", null)], _board.Report("exporter").Slots.ToArray());
        Assert.Equal("silo", _board.Report("exporter").Lane);
        Assert.Empty(_board.Report("another").Slots);
    }

    [Theory]
    [InlineData(GrpcStatusCode.Unavailable)]
    [InlineData(GrpcStatusCode.DeadlineExceeded)]
    public void It_fails_from_the_beginning_of_the_first_attempt_in_vain(GrpcStatusCode code)
    {
        Note(ExportOutcome.Delivered.Instance);
        Note(new ExportOutcome.Retryable(code, "gone"), took: 5);
        _time.Advance(TimeSpan.FromSeconds(3));
        Note(new ExportOutcome.Retryable(code, "gone"), took: 1);
        Assert.Equal(TimeSpan.FromSeconds(9), FailingFor);
    }

    public static TheoryData<string> Answers => new(Alive.Keys);

    [Theory]
    [MemberData(nameof(Answers))]
    public void Whoever_answers_takes_something(string answer)
    {
        Note(new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, "gone"), took: 5);
        Note(Alive[answer]);
        Assert.Null(FailingFor);
    }

    [Fact]
    public void Who_asks_to_be_left_alone_for_a_while_is_neither_well_nor_failing()
    {
        var later = new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, "later", TimeSpan.FromSeconds(1));
        Note(later);
        Assert.Null(FailingFor);
        Note(new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, "gone"), took: 5);
        Note(later);
        Assert.Equal(TimeSpan.FromSeconds(5), FailingFor);
    }

    [Fact]
    public void Another_backend_on_the_seat_begins_anew()
    {
        Note(new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, "gone"), took: 5);
        Note(ExportOutcome.Delivered.Instance, endpoint: "c:1");
        Assert.Equal([new SlotHealthReport(7, "c:1", null)], _board.Report("exporter").Slots.ToArray());
    }

    [Fact]
    public void One_that_is_sent_to_again_begins_anew()
    {
        Note(new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, "gone"), took: 5);
        _health.Reset();
        Assert.Empty(_board.Report("exporter").Slots);
        Note(new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, "gone"), took: 1);
        Assert.Equal(TimeSpan.FromSeconds(1), FailingFor);
    }

    [Fact]
    public void What_is_not_tried_any_more_is_not_reported()
    {
        Note(new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, "gone"));
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Empty(_board.Report("exporter").Slots);
    }

    [Fact]
    public void A_grain_that_ends_takes_its_report_along()
    {
        Note(ExportOutcome.Delivered.Instance);
        _health.Dispose();
        Assert.Empty(_board.Report("exporter").Slots);
    }

    private static Dictionary<string, ExportOutcome> Alive { get; } = new()
    {
        ["took it"] = ExportOutcome.Delivered.Instance,
        ["took a part of it"] = new ExportOutcome.PartiallyRejected(1, "one is bad"),
        ["refused the data"] = new ExportOutcome.Permanent(GrpcStatusCode.InvalidArgument, "bad"),
        ["does not know the service"] = new ExportOutcome.Permanent(GrpcStatusCode.Unimplemented, "no"),
        ["is exhausted"] = new ExportOutcome.Retryable(GrpcStatusCode.ResourceExhausted, "slow down", TimeSpan.FromSeconds(1)),
        ["aborted"] = new ExportOutcome.Retryable(GrpcStatusCode.Aborted, "again"),
    };

    private TimeSpan? FailingFor => Assert.Single(_board.Report("exporter").Slots).FailingFor;

    private void Note(ExportOutcome outcome, double took = 0, string endpoint = "b:1")
    {
        long began = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(took));
        _health.Note(endpoint, began, outcome);
    }
}
