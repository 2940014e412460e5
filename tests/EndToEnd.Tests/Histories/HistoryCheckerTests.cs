using System.Collections.Immutable;

namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>Every check passes a history that is right and fails one that was forged to break just its promise.</summary>
public sealed class HistoryCheckerTests
{
    [Fact]
    public void A_history_in_which_everything_arrives_once_holds()
    {
        var verdict = HistoryChecker.Check(ForgedHistory.Sound());

        Assert.True(verdict.Holds, verdict.ToString());
        Assert.Equal((6, 6, 3), (verdict.Items, verdict.Acknowledged, verdict.Keys));
        Assert.Equal((6, 0, 0), (verdict.OwnershipJudged, verdict.OwnershipExempt, verdict.Copies));
    }

    [Fact]
    public void I0_an_item_that_nobody_sent_is_found()
        => FindsOnly(Invariant.I0Authentic, "was never sent", Balanced(ForgedHistory.Sound().Receiving(ForgedHistory.Receipt(item: 99, key: 1, backend: 0, at: 3))));

    [Fact]
    public void I0_an_item_that_came_with_another_key_is_found()
        => FindsOnly(Invariant.I0Authentic, "with key", ForgedHistory.Sound().Changing(item: 1, receipt => receipt with { Key = 77 }));

    [Fact]
    public void I1_an_acknowledged_item_that_reached_nobody_is_found()
    {
        var history = ForgedHistory.Sound().Losing(item: 3).With(last => last with { Sent = 5, SendFailed = 1, Dropped = ImmutableDictionary<string, long>.Empty.Add("permanent", 1) });

        FindsOnly(Invariant.I1Delivered, "item 0000000000000003 was acknowledged", history);
        Holds(history with { Rules = new HistoryRules { ExpectedDrops = ["permanent"] } });
        FindsOnly(Invariant.I1Delivered, "item 0000000000000003", history with { Rules = new HistoryRules { ExpectedDrops = ["shutdown"] } });
    }

    [Fact]
    public void I1_an_item_in_memory_may_die_with_the_process_and_a_stored_one_may_not()
    {
        var history = ForgedHistory.Sound().Losing(item: 3);

        Holds(history with { Lives = [history.Lives[0] with { WasKilled = true, IsDurable = false, Last = null }] });
        FindsOnly(Invariant.I1Delivered, "reached nobody", history with { Lives = [history.Lives[0] with { WasKilled = true, IsDurable = true, Last = null }] });
    }

    [Fact]
    public void I1_an_item_that_a_backend_refused_for_good_is_not_missed_and_one_that_was_never_acknowledged_is_neither()
    {
        Holds(ForgedHistory.Sound().Changing(item: 1, static receipt => receipt with { Taken = false })
            .With(static last => last with { Sent = 5, SendFailed = 1, Dropped = ImmutableDictionary<string, long>.Empty.Add("permanent", 1) }));
        Holds(ForgedHistory.Sound().Losing(item: 1).Losing(item: 2).Answering(attempt: 0, AttemptOutcome.Unknown)
            .With(static last => last with { Sent = 4, Routed = 4, Accepted = 4 }));
    }

    [Fact]
    public void I2_a_copy_that_nothing_excuses_is_found()
        => FindsOnly(Invariant.I2Once, "item 0000000000000002 was sent 1 times, 1 of them with an excuse for a copy, and taken 2 times", Twice(item: 2));

    [Fact]
    public void I2_trouble_at_the_backend_that_took_it_first_excuses_a_copy_and_trouble_elsewhere_or_later_does_not()
    {
        var history = Twice(item: 2);

        Holds(history with { Disturbances = [new Disturbance(0, At(1), At(3), "silent")] });
        Holds(history with { Disturbances = [new Disturbance(null, At(1), At(3), "killed")] });
        FindsOnly(Invariant.I2Once, "item 0000000000000002", history with { Disturbances = [new Disturbance(1, At(1), At(3), "silent")] });
        FindsOnly(Invariant.I2Once, "item 0000000000000002", history with { Disturbances = [new Disturbance(0, At(2.5), At(9), "silent")] });
    }

    [Fact]
    public void I2_what_was_under_way_between_two_stores_at_a_kill_may_come_once_more_for_it()
    {
        var killed = new Disturbance(null, At(1.1), At(1.5), "killed") { DoublesWhatIsUnderWay = true };
        var history = Twice(item: 2);

        Holds(history with { Disturbances = [killed] });
        FindsOnly(Invariant.I2Once, "item 0000000000000002", history with { Disturbances = [killed with { DoublesWhatIsUnderWay = false }] });
        FindsOnly(Invariant.I2Once, "item 0000000000000002", history with { Disturbances = [killed with { From = At(0.1), To = At(0.5) }] });
        FindsOnly(Invariant.I2Once, "item 0000000000000002", history with { Disturbances = [killed with { From = At(8.1), To = At(8.5) }] });
        FindsOnly(
            Invariant.I2Once, "taken 3 times", Balanced(history.Receiving(ForgedHistory.Receipt(item: 2, key: 1, backend: 0, at: 9))) with { Disturbances = [killed] });
    }

    [Fact]
    public void I2_what_a_client_sends_twice_may_come_twice_and_not_three_times()
    {
        var resent = ForgedHistory.Sound().Resending(attempt: 0).With(static last => last with { Sent = 8, Routed = 8, Accepted = 8 });
        var twice = resent.Receiving(ForgedHistory.Receipt(item: 1, key: 1, backend: 0, at: 5)).Receiving(ForgedHistory.Receipt(item: 2, key: 1, backend: 0, at: 5));

        Holds(twice);
        FindsOnly(Invariant.I2Once, "sent 2 times, 2 of them with an excuse for a copy, and taken 3 times", Balanced(twice.Receiving(ForgedHistory.Receipt(item: 1, key: 1, backend: 0, at: 6))));
    }

    [Fact]
    public void I2_a_request_that_was_refused_and_then_accepted_has_left_nothing_of_the_refused_attempt()
    {
        // one of its parts was kept by the first attempt, and came again with the second
        var sound = ForgedHistory.Sound().RefusingFirst(attempt: 0, from: 0.5, to: 0.6);
        var doubled = Balanced(sound.Receiving(ForgedHistory.Receipt(item: 2, key: 1, backend: 0, at: 1)));

        Holds(sound);
        FindsOnly(Invariant.I2Once, "item 0000000000000002 was sent 2 times, 1 of them with an excuse for a copy, and taken 2 times", doubled);
        FindsOnly(Invariant.I2Once, "sent 3 times, 1 of them", doubled.RefusingFirst(attempt: 0, from: 0.7, to: 0.8));
    }

    [Fact]
    public void I2_a_refusal_in_a_change_or_at_a_kill_may_leave_copies_and_in_trouble_of_a_backend_only_where_clients_wait_for_deliveries()
    {
        var doubled = Balanced(ForgedHistory.Sound().RefusingFirst(attempt: 0, from: 0.5, to: 0.6).Receiving(ForgedHistory.Receipt(item: 2, key: 1, backend: 0, at: 1)));
        var start = doubled.Changes[0];
        var failing = doubled with { Disturbances = [new Disturbance(1, At(0.1), At(0.55), "unavailable") { AnswersAll = true }] };
        var waiting = new HistoryRules { RefusalsTellOfDeliveries = true };

        Holds(doubled with { Changes = [start, start with { From = At(0.55), To = At(0.7) }] });
        FindsOnly(Invariant.I2Once, "item 0000000000000002", doubled with { Changes = [start, start with { From = At(0.7), To = At(0.8) }] });
        Holds(doubled with { Disturbances = [new Disturbance(null, At(0.55), At(0.58), "killed")] });
        FindsOnly(Invariant.I2Once, "item 0000000000000002", failing);
        Holds(failing with { Rules = waiting });
        FindsOnly(Invariant.I2Once, "item 0000000000000002", doubled with { Rules = waiting });
        FindsOnly(Invariant.I2Once, "item 0000000000000002", Twice(item: 2) with { Disturbances = [new Disturbance(0, At(1), At(3), "slow") { AnswersAll = true }] });
    }

    [Fact]
    public void I3_a_key_at_two_backends_without_a_change_is_found()
        => FindsOnly(Invariant.I3OneOwner, "key 00000000000000000000000000000002 was at a (item 0000000000000003", ForgedHistory.Sound().Changing(item: 4, static receipt => receipt with { Backend = 1 }));

    [Fact]
    public void I3_a_declared_window_excuses_what_was_under_way_in_it_and_nothing_else()
    {
        var moved = ForgedHistory.Sound().Changing(item: 4, static receipt => receipt with { Backend = 1 });
        var start = moved.Changes[0];

        // between 1 and 2 everything of this history is under way; between 4 and 5 nothing
        Holds(moved with { Changes = [start, start with { From = At(1.5), To = At(1.6) }] });
        FindsOnly(Invariant.I3OneOwner, "without a change in between", moved with { Changes = [start, start with { From = At(4), To = At(5) }] });
    }

    [Fact]
    public void I3_after_a_window_the_other_backend_may_own_the_key_but_only_that_one()
    {
        var sound = ForgedHistory.Sound();
        var history = sound.Sending(at: 6, [new SentItem(7, 1), new SentItem(8, 1)], backends: [1, 1])
            with { Changes = [sound.Changes[0], sound.Changes[0] with { From = At(4), To = At(5) }] };

        Holds(history);
        FindsOnly(Invariant.I3OneOwner, "key 00000000000000000000000000000001", history.Changing(item: 8, static receipt => receipt with { Backend = 0 }));
        FindsOnly(Invariant.I3OneOwner, "key 00000000000000000000000000000001", history with { Changes = [sound.Changes[0]] });
    }

    [Fact]
    public void I3_a_backend_that_is_no_member_gets_nothing()
    {
        var history = ForgedHistory.Sound();

        FindsOnly(Invariant.I3OneOwner, "which was no member then", history with { Changes = [history.Changes[0] with { Members = [0] }] });
        FindsOnly(
            Invariant.I3OneOwner, "which was no member then", history with { Changes = [history.Changes[0], new MembershipChange(At(0.1), At(0.2), [0])] });
        Holds(history with { Changes = [history.Changes[0], new MembershipChange(At(0.1), At(9), [0])] });
    }

    [Fact]
    public void I4_a_sample_above_the_limit_is_found_and_so_is_that_nobody_looked()
    {
        var history = ForgedHistory.Sound() with { Rules = new HistoryRules { MemoryLimit = 1000 } };

        Holds(history with { Memory = [new MemorySample(At(1), 1000)] });
        FindsOnly(Invariant.I4Memory, "1001 bytes resident", history with { Memory = [new MemorySample(At(1), 1000), new MemorySample(At(2), 1001)] });
        FindsOnly(Invariant.I4Memory, "nobody took a sample", history);
    }

    [Fact]
    public void I5_a_refusal_without_a_delay_is_found()
    {
        var history = ForgedHistory.Sound().Answering(attempt: 1, AttemptOutcome.RefusedForNow).With(static last => last with { Accepted = 4, Refused = 2 });

        FindsOnly(Invariant.I5Refusals, "was refused without a delay", history);
        FindsOnly(Invariant.I5Refusals, "was refused without a delay", history.Delaying(attempt: 1, TimeSpan.Zero));
        Holds(history.Delaying(attempt: 1, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void I5_a_request_that_is_refused_for_good_without_a_backend_having_done_so_is_found()
    {
        var history = ForgedHistory.Sound().Answering(attempt: 1, AttemptOutcome.RefusedForGood).With(static last => last with { Accepted = 4, Refused = 2 });

        FindsOnly(Invariant.I5Refusals, "was refused for good", history);
        Holds(history.Changing(item: 3, static receipt => receipt with { Taken = false })
            .With(static last => last with { Sent = 5, SendFailed = 1, Dropped = ImmutableDictionary<string, long>.Empty.Add("permanent", 1) }));
    }

    [Fact]
    public void I5_more_missing_than_was_counted_as_dropped_is_found()
    {
        var history = ForgedHistory.Sound().Losing(item: 3).With(static last => last with { Sent = 6 });

        var violations = HistoryChecker.Check(history).Violations;

        Assert.Contains(violations, static violation => violation.Invariant == Invariant.I5Refusals && violation.Evidence.Contains("1 acknowledged items are missing and 0 were counted", StringComparison.Ordinal));
    }

    [Fact]
    public void I6_counters_that_do_not_balance_are_found()
    {
        FindsOnly(Invariant.I6Balance, "counted 5 items as accepted", ForgedHistory.Sound().With(static last => last with { Accepted = 5 }));
        FindsOnly(Invariant.I6Balance, "counted 1 items as refused", ForgedHistory.Sound().With(static last => last with { Refused = 1 }));
        FindsOnly(Invariant.I6Balance, "counted 0 items as refused", Refused());
        Holds(Refused().With(static last => last with { RejectedRequests = 1 }));
        FindsOnly(Invariant.I6Balance, "routed 7 items", ForgedHistory.Sound().With(static last => last with { Routed = 7 }));
        FindsOnly(Invariant.I6Balance, "+ 1 queued = 7", ForgedHistory.Sound().With(static last => last with { Queued = 1 }));
        FindsOnly(Invariant.I6Balance, "+ 1 failed + 0 queued = 7", ForgedHistory.Sound().With(static last => last with { SendFailed = 1 }));
        FindsOnly(Invariant.I6Balance, "counted 1 items as dropped and 0 as failed", ForgedHistory.Sound().With(static last => last with { Dropped = ImmutableDictionary<string, long>.Empty.Add("fault", 1) }));
        FindsOnly(Invariant.I6Balance, "counted 7 items as sent; backends took 6", ForgedHistory.Sound().With(static last => last with { Sent = 7, Routed = 7 }));
        FindsOnly(Invariant.I6Balance, "no answer was lost", ForgedHistory.Sound().With(static last => last with { Sent = 5, Routed = 5 }));
        Holds(ForgedHistory.Sound().With(static last => last with { Routed = 8, EnqueueFailed = 2 }));

        // a queue in front of the split
        var vanished = ForgedHistory.Sound().Losing(item: 1).With(static last => last with { Sent = 5, Routed = 5, Dropped = ImmutableDictionary<string, long>.Empty.Add("retries_exhausted", 1) })
            with { Rules = new HistoryRules { ExpectedDrops = ["retries_exhausted"] } };
        Assert.Contains(HistoryChecker.Check(vanished).Violations, static violation => violation.Evidence.Contains("accepted 6 items; 5 sent + 0 failed", StringComparison.Ordinal));
        Holds(vanished.With(static last => last with { FrontSendFailed = 1 }));

        static History Refused() => ForgedHistory.Sound().Answering(attempt: 1, AttemptOutcome.RefusedForNow).Delaying(attempt: 1, At(1)).With(static last => last with { Accepted = 4 });
    }

    [Fact]
    public void I6_a_life_may_deliver_what_a_former_one_stored_but_not_lose_what_it_took_itself()
    {
        var sound = ForgedHistory.Sound();
        var former = new BalancerLife(IsDurable: true) { WasKilled = true };
        History AfterAnother(Func<CounterScrape, CounterScrape> last) => sound.With(last) with
        {
            Attempts = [.. sound.Attempts.Select(static attempt => attempt with { Life = 1 })],
            Lives = [former, sound.With(last).Lives[0]],
        };

        Holds(AfterAnother(static last => last with { Routed = 4 }));
        FindsOnly(Invariant.I6Balance, "routed 7 items", AfterAnother(static last => last with { Routed = 7 }));
        FindsOnly(Invariant.I6Balance, "routed 4 items", sound.With(static last => last with { Routed = 4 }));
    }

    [Fact]
    public void Violations_without_end_are_told_as_a_few_and_a_number()
    {
        var verdict = HistoryChecker.Check(ForgedHistory.Sound() with
        {
            Rules = new HistoryRules { MemoryLimit = 10 },
            Memory = [.. Enumerable.Range(1, 50).Select(static second => new MemorySample(At(second), 11))],
        });

        Assert.Equal(11, verdict.Violations.Count);
        Assert.Equal("and 40 more", verdict.Violations[^1].Evidence);
    }

    [Fact]
    public void A_page_of_counters_is_read_by_name_with_drops_by_reason()
    {
        var scrape = CounterScrape.Parse("""
            # TYPE otelcol_receiver_accepted_spans_total counter
            otelcol_receiver_accepted_spans_total{receiver="a"} 10
            otelcol_receiver_accepted_log_records_total{receiver="a"} 5
            otelcol_receiver_refused_spans_total{receiver="a"} 2
            orleanslb_receiver_rejected_requests_total{receiver="a",reason="memory"} 6
            orleanslb_slot_items_total{slot="0"} 8
            orleanslb_slot_items_total{slot="1"} 7
            otelcol_exporter_enqueue_failed_spans_total{exporter="x"} 1
            otelcol_exporter_sent_spans_total{exporter="x"} 9
            orleanslb_dropped_items_total{exporter="x",reason="permanent",signal="traces"} 3
            orleanslb_dropped_items_total{exporter="x",reason="shutdown",signal="traces"} 1
            otelcol_exporter_send_failed_spans_total{exporter="x"} 7
            otelcol_exporter_send_failed_spans_total{exporter="x",data_type="traces"} 8
            otelcol_exporter_enqueue_failed_spans_total{exporter="x",data_type="traces"} 100
            otelcol_exporter_queue_size{ring_slot="0"} 2
            otelcol_exporter_queue_size{data_type="traces"} 3
            otelcol_exporter_queue_capacity{ring_slot="0"} 1000
            orleanslb_quarantined_requests_total{exporter="x"} 4
            """);

        Assert.Equal((15, 2, 15, 1, 9), (scrape.Accepted, scrape.Refused, scrape.Routed, scrape.EnqueueFailed, scrape.Sent));
        Assert.Equal((3, 1, 4), (scrape.Dropped["permanent"], scrape.Dropped["shutdown"], scrape.DroppedItems));
        Assert.Equal((7, 8, 3), (scrape.SendFailed, scrape.FrontSendFailed, scrape.FrontQueued));
        Assert.Equal((2, 4, 6), (scrape.Queued, scrape.QuarantinedRequests, scrape.RejectedRequests));
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static History Twice(ulong item) => Balanced(ForgedHistory.Sound().Receiving(ForgedHistory.Receipt(item, key: 1, backend: 0, at: 8)));

    // as the program counts when it sends something again, so that only the promise in question is broken
    private static History Balanced(History history) => history.With(last => last with
    {
        Sent = history.Receipts.Count,
        Routed = history.Receipts.Count,
    });

    private static void Holds(History history)
    {
        var verdict = HistoryChecker.Check(history);
        Assert.True(verdict.Holds, verdict.ToString());
    }

    private static void FindsOnly(Invariant invariant, string evidence, History history)
    {
        var violations = HistoryChecker.Check(history).Violations;
        Assert.All(violations, violation => Assert.Equal(invariant, violation.Invariant));
        Assert.Contains(violations, violation => violation.Evidence.Contains(evidence, StringComparison.Ordinal));
    }
}
