using OrleansLb.Grains.Durability;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Tests.Durability;

public sealed class SegmentLogTests
{
    [Fact]
    public void Parts_come_out_in_the_order_of_acceptance()
    {
        using var bench = new LogBench();
        bench.Keep(1, 2, 3);

        Assert.Equal([1, 2, 3], bench.Take().Numbers());
        Assert.Equal(3, bench.Log.Left);
    }

    [Fact]
    public void Nobody_is_told_that_a_part_is_stored_before_the_store_says_so()
    {
        using var bench = new LogBench();
        bench.Store.Answers = false;

        var stored = bench.Append(1);
        bench.Turns.Outside(Next(bench, "queue-manifest").Succeed);
        Assert.False(stored.IsCompleted);
        Assert.Empty(bench.Take());
        bench.Turns.Outside(Next(bench, "queue-segment-00000000").Succeed);

        Assert.Null(stored.Answer());
        Assert.Equal([1], bench.Take().Numbers());
    }

    [Fact]
    public void Parts_that_arrive_while_a_write_is_under_way_share_the_next_segment()
    {
        using var bench = new LogBench();
        bench.Keep(0);
        bench.Store.Answers = false;
        var first = bench.Append(1);
        Task<string?>[] others = [.. Enumerable.Range(2, 99).Select(number => bench.Append(number))];

        bench.Store.Answers = true;
        bench.Turns.Outside(bench.Store.Pending.Single().Succeed);

        Assert.All([first, .. others], static stored => Assert.Null(stored.Answer()));
        Assert.Equal([1, 1, 99], bench.Written);
        Assert.Equal(Enumerable.Range(0, 101), bench.Take().Numbers());
    }

    [Fact]
    public void A_segment_takes_no_more_bytes_than_it_may_and_a_larger_part_has_one_to_itself()
    {
        using var bench = new LogBench(LogBench.Small);
        bench.Keep(0);
        bench.Store.Answers = false;
        bench.Append(1);
        foreach (int size in (int[])[60, 40, 1, 500, 30])
            bench.Append(size, size);
        bench.Store.Answers = true;
        bench.Turns.Outside(bench.Store.Pending.Single().Succeed);

        Assert.Equal([1, 1, 2, 1, 1, 1], bench.Written);
        Assert.Equal([0, 1, 60, 40, 1, 500, 30], bench.Take().Numbers());
    }

    [Fact]
    public void Enqueueing_costs_one_write_a_segment_and_one_more_every_so_many()
    {
        using var bench = new LogBench(LogBench.Small with { AckDelay = TimeSpan.FromHours(1) });
        for (int i = 0; i < 80; i++)
        {
            bench.Keep(i);
            bench.Ack(bench.Take().Single());
        }

        Assert.Equal(80 + (80 / 8), bench.Store.Count(StorageOperation.Write));
        Assert.Equal(80, bench.Store.Count(StorageOperation.Clear));
        Assert.Equal(0, bench.Store.Count(StorageOperation.Read));
        Assert.Equal(["queue-manifest"], bench.Store.Names);
    }

    [Fact]
    public void A_failed_write_refuses_its_parts_and_later_ones_go_on()
    {
        using var bench = new LogBench();
        bench.Keep(1);
        bench.Store.Fault = static (operation, _) => operation == StorageOperation.Write ? new IOException("the disk is full") : null;

        Assert.Contains("the disk is full", bench.Append(2).Answer(), StringComparison.Ordinal);
        bench.Store.Fault = static (_, _) => null;
        bench.Keep(3);

        Assert.Equal([1, 3], bench.Take().Numbers());
        Assert.Equal(2, bench.Log.Left);
        Assert.Equal(["write"], bench.Failures);
    }

    [Fact]
    public void What_was_written_although_the_answer_was_lost_is_removed_since_its_parts_were_refused()
    {
        using var bench = new LogBench();
        bench.Keep(1);
        bench.Store.Answers = false;
        var refused = bench.Append(2);
        bench.Store.Answers = true;
        bench.Turns.Outside(bench.Store.Pending.Single().LoseAnswer);

        Assert.NotNull(refused.Answer());
        Assert.Equal(["queue-manifest", "queue-segment-00000000"], bench.Store.Names);
        bench.Keep(3);
        Assert.Equal([1, 3], bench.Take().Numbers());
    }

    [Fact]
    public void After_a_crash_what_was_not_acknowledged_comes_back_in_order_and_without_its_seating()
    {
        using var bench = new LogBench(LogBench.Small);
        bench.Keep(1, 2, 3, 4, 5);
        var taken = bench.Take(3);
        bench.Ack(taken[1]);

        Assert.True(bench.Crash().IsOpen);

        Assert.Equal(4, bench.Log.Left);
        var parts = bench.Take();
        Assert.Equal([1, 3, 4, 5], parts.Numbers());
        Assert.All(parts, static part => Assert.Null(part.Since));
        bench.Keep(6);
        Assert.Equal(1, bench.Take().Single().Since);
    }

    [Fact]
    public void A_part_of_a_segment_that_is_done_travels_with_the_next_segment()
    {
        using var bench = new LogBench();
        Group(bench, 1, 2, 3);
        bench.Ack(bench.Take(2)[1]);
        bench.Keep(4);

        bench.Crash();

        Assert.Equal([1, 3, 4], bench.Take().Numbers());
    }

    [Fact]
    public void What_is_done_is_written_by_itself_when_nothing_else_is_for_a_while()
    {
        using var bench = new LogBench();
        Group(bench, 1, 2, 3);
        bench.Ack(bench.Take(2)[1]);
        int writes = bench.Store.Count(StorageOperation.Write);

        bench.Advance(bench.Options.AckDelay);
        bench.Advance(bench.Options.AckDelay);

        Assert.Equal(writes + 1, bench.Store.Count(StorageOperation.Write));
        bench.Crash();
        Assert.Equal([1, 3], bench.Take().Numbers());
    }

    [Fact]
    public void What_is_done_stays_known_when_the_segments_that_said_so_are_gone()
    {
        using var bench = new LogBench();
        Group(bench, 1, 2, 3);
        bench.Ack(bench.Take(3)[1]);
        for (int i = 4; i < 8; i++)
        {
            bench.Keep(i);
            bench.Ack(bench.Take().Single());
            bench.Advance(bench.Options.AckDelay);
        }

        Assert.True(bench.Store.Names.Count() <= 4, string.Join(' ', bench.Store.Names));
        bench.Crash();
        bench.Crash();
        Assert.Equal([1, 3], bench.Take().Numbers());
    }

    [Fact]
    public void A_queue_that_is_closed_empty_leaves_no_trace()
    {
        using var bench = new LogBench(LogBench.Small);
        bench.Keep([.. Enumerable.Range(0, 20)]);
        foreach (var part in bench.Take())
            bench.Ack(part);

        bench.Close();

        Assert.Empty(bench.Store.Names);
        Assert.True(bench.Open().IsOpen);
        Assert.Equal(0, bench.Log.Left);
    }

    [Fact]
    public void A_queue_that_is_closed_with_parts_left_brings_back_exactly_those()
    {
        using var bench = new LogBench();
        Group(bench, 1, 2, 3, 4);
        var taken = bench.Take();
        bench.Ack(taken[0]);
        bench.Ack(taken[2]);

        bench.Close();
        Assert.NotNull(bench.Append(9).Answer());
        bench.Open();

        Assert.Equal([2, 4], bench.Take().Numbers());
    }

    [Fact]
    public void A_backlog_of_any_size_is_drained_in_bounded_memory()
    {
        using var bench = new LogBench(LogBench.Small);
        for (int i = 0; i < 1000; i++)
        {
            Assert.Null(bench.Append(i, size: 50).Answer());
            Assert.InRange(bench.Log.ResidentBytes, 0, LogBench.Small.MemoryWindow);
        }

        int held = bench.Pool.Outstanding;
        Assert.InRange(held, 1, 4);
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal(i, bench.Take(1).Single().Items);
            Assert.InRange(bench.Log.ResidentBytes, 0, LogBench.Small.MemoryWindow);
        }

        bench.Keep(1000);
        Assert.Equal([1000], bench.Take().Numbers());
    }

    [Fact]
    public void When_the_process_is_short_of_memory_what_is_stored_waits_in_the_store()
    {
        using var bench = new LogBench();
        bench.Keep(1, 2);
        long window = bench.Log.ResidentBytes;
        bench.Budget.Take(MemoryKind.Payload, bench.Budget.Limit / 2);
        bench.Keep(3, 4, 5);
        Assert.Equal(window, bench.Log.ResidentBytes);

        Assert.Equal([1, 2, 3, 4, 5], bench.Take().Numbers());
        bench.Budget.Give(MemoryKind.Payload, bench.Budget.Limit / 2);
    }

    [Fact]
    public void The_copy_that_a_store_makes_is_on_the_account_while_it_writes_or_reads()
    {
        using var bench = new LogBench(LogBench.Small);
        bench.Keep(1);
        long before = bench.Budget.Used;
        bench.Store.Answers = false;
        var stored = bench.Append(2, size: 90);
        Assert.InRange(bench.Budget.Used - before, 90, 300);
        bench.Store.Answers = true;
        bench.Turns.Outside(bench.Store.Pending.Single().Succeed);

        Assert.Null(stored.Answer());
        Assert.Equal(before, bench.Budget.Used);
    }

    [Fact]
    public void The_next_segment_is_read_while_the_parts_of_one_are_on_their_way()
    {
        using var bench = new LogBench(LogBench.Small);
        bench.Keep([.. Enumerable.Range(0, 100)]);
        bench.Crash();
        bench.Store.History.Clear();

        bench.Take(1);

        Assert.Equal(["Read queue-segment-00000000", "Read queue-segment-00000001"], bench.Store.History.Take(2));
    }

    [Theory]
    [InlineData("Read")]
    [InlineData("Clear")]
    public void A_store_that_is_gone_for_a_while_delays_and_loses_nothing(string operation)
    {
        using var bench = new LogBench(LogBench.Small);
        bench.Keep([.. Enumerable.Range(0, 30)]);
        bench.Crash();
        bool gone = true;
        bench.Store.Fault = (call, _) => gone && call.ToString() == operation ? new IOException("gone") : null;
        var taken = new List<StoredPart>();
        bench.Turns.Run(() => _ = TakeAll());
        bench.Advance(bench.Options.BackOff);
        Assert.Equal(operation == "Read" ? 0 : 30, taken.Count);
        Assert.NotEmpty(bench.Failures);

        gone = false;
        bench.Advance(bench.Options.BackOff);

        Assert.Equal(Enumerable.Range(0, 30), taken.Numbers());
        bench.Close();
        Assert.Empty(bench.Store.Names);

        async Task TakeAll()
        {
            while (await bench.Log.Take() is { } part)
            {
                taken.Add(LogBench.Checked(part));
                bench.Log.Ack(part.Place);
            }
        }
    }

    [Fact]
    public void A_part_that_nobody_takes_does_not_make_recovery_long()
    {
        using var bench = new LogBench(LogBench.Small);
        bench.Keep(1);
        bench.Take();
        for (int i = 0; i < 1000; i++)
        {
            bench.Keep(i);
            bench.Ack(bench.Take().Single());
        }

        bench.Store.History.Clear();
        bench.Crash();

        Assert.Equal([1], bench.Take().Numbers());
        Assert.InRange(bench.Store.Count(StorageOperation.Read), 1, 12);
    }

    [Fact]
    public void An_activation_that_was_given_up_can_store_nothing_more()
    {
        using var bench = new LogBench(LogBench.Small);
        bench.Keep(1, 2);
        var former = bench.Log;

        Assert.True(bench.Open().IsOpen);
        var payload = Payloads.Of(3);
        string? refusal = bench.Turns.Finish(() => former.Append(payload, since: 1).Accepted);
        payload.Payload.Release();

        Assert.Contains("another activation", refusal, StringComparison.Ordinal);
        Assert.True(former.IsOvertaken);
        Assert.Equal([1, 2], bench.Take().Numbers());
        bench.Turns.Run(former.Dispose);
    }

    private static StorageCall Next(LogBench bench, string name)
    {
        var call = bench.Store.Pending.Single();
        Assert.Equal(name, call.Name);
        return call;
    }

    // Stores these parts in one segment.
    private static void Group(LogBench bench, params int[] numbers)
    {
        bench.Store.Answers = false;
        var blocker = bench.Append(-1);
        foreach (int number in numbers)
            bench.Append(number);
        bench.Store.Answers = true;
        bench.Turns.Outside(bench.Store.Pending.Single().Refuse);
        bench.Failures.Clear();
        Assert.NotNull(blocker.Answer());
    }
}
