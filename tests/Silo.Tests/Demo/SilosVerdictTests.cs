using OrleansLb.Silo.Demo.Silos;
using OrleansLb.Silo.Load;

namespace OrleansLb.Silo.Tests.Demo;

public sealed class SilosVerdictTests
{
    [Fact]
    public void A_run_that_lost_nothing_is_good() => Assert.Empty(Failed(Load(), Traces((1, 10)), Traces((2, 10))));

    [Fact]
    public void A_span_that_did_not_arrive_is_lost() => Assert.Equal(["lost spans = 0"], Failed(Load(), Traces((1, 10)), Traces((2, 9))));

    [Fact]
    public void A_trace_that_did_not_arrive_is_lost() => Assert.Equal(["lost spans = 0"], Failed(Load(), Traces((1, 10))));

    [Fact]
    public void A_copy_does_not_make_up_for_a_loss() => Assert.Equal(["lost spans = 0"], Failed(Load(unanswered: 1), Traces((1, 11)), Traces((2, 9))));

    [Fact]
    public void Only_what_was_sent_again_may_come_twice()
    {
        Assert.Empty(Failed(Load(unanswered: 5), Traces((1, 15)), Traces((2, 10))));
        Assert.Equal(["copies"], Failed(Load(unanswered: 5), Traces((1, 16)), Traces((2, 10))));
    }

    [Fact]
    public void No_trace_may_be_at_two_backends() => Assert.Equal(["split traces = 0"], Failed(Load(), Traces((1, 5), (2, 10)), Traces((1, 5))));

    [Fact]
    public void What_is_refused_for_good_counts()
    {
        var load = Load();
        load.Reject(10, "no");
        Assert.Equal(["lost spans = 0"], Failed(load, Traces((1, 10)), Traces((2, 10))));
    }

    private static string[] Failed(LoadCounters load, params IReadOnlyDictionary<UInt128, int>[] traces) =>
        [.. SilosVerdict.Of(load, traces, spansPerTrace: 10, TimeSpan.FromSeconds(4)).Where(static check => !check.Holds).Select(static check => check.Name)];

    private static Dictionary<UInt128, int> Traces(params (int Trace, int Spans)[] traces) => traces.ToDictionary(static trace => (UInt128)trace.Trace, static trace => trace.Spans);

    // two traces
    private static LoadCounters Load(int unanswered = 0)
    {
        var load = new LoadCounters();
        load.Acknowledge(20, bytes: 1);
        load.Finish(2);
        load.LeaveUnanswered(unanswered);
        return load;
    }
}
