using OrleansLb.Grains.Durability;

namespace OrleansLb.Grains.Tests.Durability;

/// <summary>Parts that are delivered before they have to be stored.</summary>
public sealed class HeadStartTests
{
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(20);
    private static readonly SegmentLogOptions Options = new() { HeadStart = HeadStart };

    [Fact]
    public void What_is_delivered_within_the_time_is_accepted_then_and_never_stored()
    {
        using var bench = new LogBench(Options);
        var accepted = bench.Append(1);
        var part = bench.Take().Single();
        Assert.False(accepted.IsCompleted);

        bench.Ack(part);

        Assert.Null(accepted.Answer());
        bench.Advance(HeadStart);
        Assert.Empty(bench.Store.History);
        Assert.Equal(1, bench.DeliveredUnstored);
        Assert.Equal(0, bench.Log.Left);
    }

    [Fact]
    public void What_takes_longer_is_stored_and_accepted_then_and_comes_back_after_a_crash()
    {
        using var bench = new LogBench(Options);
        var accepted = bench.Append(1);
        bench.Take();
        bench.Advance(HeadStart - TimeSpan.FromTicks(1));
        Assert.False(accepted.IsCompleted);

        bench.Advance(TimeSpan.FromTicks(1));

        Assert.Null(accepted.Answer());
        Assert.Equal([1], bench.Written);
        Assert.Equal(1, bench.Log.Left);
        bench.Crash();
        Assert.Equal([1], bench.Take().Numbers());
    }

    [Fact]
    public void Of_a_segment_that_is_held_back_only_what_is_not_delivered_is_written()
    {
        using var bench = new LogBench(Options);
        for (int number = 1; number <= 4; number++)
            bench.Append(number);
        var taken = bench.Take(3);
        bench.Ack(taken[1]);
        bench.Ack(taken[0]);

        bench.Advance(HeadStart);

        Assert.Equal([2], bench.Written);
        Assert.Equal([4], bench.Take().Numbers());
        bench.Crash();
        Assert.Equal([3, 4], bench.Take().Numbers());
    }

    [Fact]
    public void Parts_that_nobody_has_taken_yet_follow_those_that_were_in_order()
    {
        using var bench = new LogBench(Options);
        bench.Append(1);
        bench.Append(2);
        Assert.Equal([1], bench.Take(1).Numbers());
        bench.Advance(HeadStart);
        bench.Append(3);

        Assert.Equal([2, 3], bench.Take().Numbers());
    }

    [Fact]
    public void What_is_delivered_while_it_is_written_is_accepted_at_once_and_does_not_come_back()
    {
        using var bench = new LogBench(Options);
        bench.Store.Answers = false;
        var accepted = bench.Append(1);
        var other = bench.Append(2);
        var taken = bench.Take();
        bench.Advance(HeadStart);
        bench.Turns.Outside(bench.Store.Pending.Single().Succeed);
        Assert.Equal("queue-segment-00000000", bench.Store.Pending.Single().Name);

        bench.Ack(taken[0]);
        Assert.Null(accepted.Answer());
        Assert.False(other.IsCompleted);
        bench.Store.Answers = true;
        bench.Turns.Outside(bench.Store.Pending.Single().Succeed);

        Assert.Null(other.Answer());
        Assert.Equal([2], bench.Written);
        Assert.Equal(1, bench.Log.Left);
        bench.Advance(bench.Options.AckDelay);
        bench.Crash();
        Assert.Equal([2], bench.Take().Numbers());
    }

    [Fact]
    public void After_a_delivery_that_took_too_long_nothing_is_held_back_until_many_in_a_row_were_quick()
    {
        using var bench = new LogBench(Options);
        bench.Append(0);
        bench.Ack(TakeAfter(bench, HeadStart));
        bench.Store.Answers = false;
        for (int quick = 1; quick <= 16; quick++)
        {
            bench.Append(quick);
            Assert.True(bench.Store.Pending.Count > 0, $"part {quick} is held back");
            bench.Ack(bench.Take().Single());
        }

        while (bench.Store.Pending is { Count: > 0 } pending)
            bench.Turns.Outside(pending[0].Succeed);
        bench.Append(17);

        Assert.Empty(bench.Store.Pending);
        bench.Ack(bench.Take().Single());
        bench.Store.Answers = true;
    }

    [Fact]
    public void A_segment_that_is_full_is_not_held_back()
    {
        using var bench = new LogBench(Options with { SegmentParts = 3 });
        Task<string?>[] accepted = [.. Enumerable.Range(1, 4).Select(number => bench.Append(number))];

        Assert.All(accepted[..3], static stored => Assert.Null(stored.Answer()));
        Assert.False(accepted[3].IsCompleted);
        Assert.Equal([3], bench.Written);
        bench.Advance(HeadStart);
        Assert.Equal([3, 1], bench.Written);
    }

    [Fact]
    public void The_end_of_the_queue_waits_for_nothing()
    {
        using var bench = new LogBench(Options);
        var accepted = bench.Append(1);
        bench.Take();

        bench.Close();

        Assert.Null(accepted.Answer());
        bench.Open();
        Assert.Equal([1], bench.Take().Numbers());
    }

    [Fact]
    public void What_cannot_be_stored_is_refused_also_when_it_is_on_its_way_and_its_delivery_leaves_no_trace()
    {
        using var bench = new LogBench(Options);
        bench.Store.Fault = static (operation, name) => operation == StorageOperation.Write ? new IOException("the disk is full") : null;
        var onItsWay = bench.Append(1);
        var part = bench.Take().Single();
        var waiting = bench.Append(2);
        bench.Advance(HeadStart);

        Assert.Contains("the disk is full", onItsWay.Answer(), StringComparison.Ordinal);
        Assert.Contains("the disk is full", waiting.Answer(), StringComparison.Ordinal);
        Assert.True(part.Place.IsRefused);
        Assert.Empty(bench.Take());
        bench.Ack(part);
        bench.Store.Fault = static (_, _) => null;
        bench.Keep(3);
        Assert.Equal([3], bench.Take().Numbers());
        Assert.Equal(1, bench.Log.Left);
    }

    [Fact]
    public void A_queue_that_is_never_idle_stores_nothing_as_long_as_all_is_delivered_in_time()
    {
        using var bench = new LogBench(Options);
        var held = new Queue<StoredPart>();
        for (int number = 1; number <= 1000; number++)
        {
            bench.Append(number);
            held.Enqueue(bench.Take().Single());
            bench.Advance(TimeSpan.FromMilliseconds(4));
            if (held.Count > 3)
                bench.Ack(held.Dequeue());
        }

        Assert.Empty(bench.Store.History);
        bench.Advance(HeadStart);
        Assert.Equal([3], bench.Written);
        bench.Crash();
        Assert.Equal([998, 999, 1000], bench.Take().Numbers());
    }

    private static StoredPart TakeAfter(LogBench bench, TimeSpan time)
    {
        var part = bench.Take().Single();
        bench.Advance(time);
        return part;
    }
}
