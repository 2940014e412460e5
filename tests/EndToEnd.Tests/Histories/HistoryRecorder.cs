using System.Buffers.Binary;
using System.Collections.Concurrent;
using OrleansLb.EndToEnd.Tests.Infrastructure;

namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>Writes a history down while it happens. Safe for concurrent use.</summary>
internal sealed class HistoryRecorder(TimeProvider time)
{
    private readonly long _begin = time.GetTimestamp();
    private readonly ConcurrentQueue<ClientAttempt> _attempts = new();
    private readonly ConcurrentQueue<Receipt> _receipts = new();
    private readonly ConcurrentQueue<MemorySample> _memory = new();
    private readonly int[] _outcomes = new int[Enum.GetValues<AttemptOutcome>().Length];
    private readonly List<string> _backends = [];
    private readonly List<MembershipChange> _changes = [];
    private readonly List<Disturbance> _disturbances = [];
    private readonly List<BalancerLife> _lives = [];
    private readonly Lock _gate = new();

    public TimeSpan Now => time.GetElapsedTime(_begin);

    /// <summary>How many requests had this outcome so far.</summary>
    public int Count(AttemptOutcome outcome) => Volatile.Read(ref _outcomes[(int)outcome]);

    public void Attempted(ClientAttempt attempt)
    {
        _attempts.Enqueue(attempt);
        Interlocked.Increment(ref _outcomes[(int)attempt.Outcome]);
    }

    public IEnumerable<ulong> Acknowledged() => _attempts
        .Where(static attempt => attempt.Outcome == AttemptOutcome.Acknowledged)
        .SelectMany(static attempt => attempt.Items, static (_, item) => item.Id);

    /// <summary>Waits until every acknowledged item has been at a backend, or patience is over: then the verdict says what is missing.</summary>
    public async Task SettleAsync(TimeSpan patience)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var until = Now + patience; Now < until; await ticks.WaitForNextTickAsync())
        {
            var missing = Acknowledged().ToHashSet();
            foreach (var receipt in _receipts)
                missing.Remove(receipt.Item);
            if (missing.Count == 0)
                return;
        }
    }

    public void Resident(long bytes) => _memory.Enqueue(new MemorySample(Now, bytes));

    /// <summary>Writes down what a backend takes or refuses for good from now on.</summary>
    /// <returns>The index of the backend.</returns>
    public int Watch(MockBackend backend)
    {
        int index;
        lock (_gate)
        {
            index = _backends.Count;
            _backends.Add(backend.Endpoint);
        }

        backend.Deciding = (delivery, reply) => Decided(index, delivery, reply);
        return index;
    }

    /// <summary>The membership that the program is started with.</summary>
    public void BeginsWith(params IEnumerable<int> members)
    {
        lock (_gate)
            _changes.Add(new MembershipChange(TimeSpan.Zero, TimeSpan.Zero, [.. members]));
    }

    /// <summary>Opens a window, before the change is made known.</summary>
    /// <returns>Closes it.</returns>
    public Action Changing(params IEnumerable<int> members) => Open(_changes, new MembershipChange(Now, TimeSpan.MaxValue, [.. members]), static (change, to) => change with { To = to });

    /// <summary>Opens a window that is no change of the membership: the table may be another one after a restart.</summary>
    /// <returns>Closes it.</returns>
    public Action Reshuffling()
    {
        lock (_gate)
            return Changing(_changes[^1].Members);
    }

    /// <summary>Opens a time of trouble.</summary>
    /// <param name="backend">Null: the program itself.</param>
    /// <param name="reach">How long ago something may have been taken whose answer is lost now.</param>
    /// <param name="what">For whoever reads the violations.</param>
    /// <param name="doubles">Whether requests may be in two stores: see <see cref="Disturbance.DoublesWhatIsUnderWay"/>.</param>
    /// <param name="answersAll">Whether the backend says of everything whether it has taken it: see <see cref="Disturbance.AnswersAll"/>.</param>
    /// <returns>Closes it.</returns>
    public Action Disturbing(int? backend, TimeSpan reach, string what, bool doubles = false, bool answersAll = false) =>
        Open(_disturbances, new Disturbance(backend, Now - reach, TimeSpan.MaxValue, what) { DoublesWhatIsUnderWay = doubles, AnswersAll = answersAll }, static (disturbance, to) => disturbance with { To = to });

    /// <summary>A life begins.</summary>
    /// <param name="isDurable">Whether what it acknowledges is stored.</param>
    /// <param name="from">Before it could have sent anything.</param>
    /// <param name="first">Its counters before the first request.</param>
    /// <returns>The index of the life.</returns>
    public int Starts(bool isDurable, TimeSpan from, CounterScrape? first)
    {
        lock (_gate)
        {
            _lives.Add(new BalancerLife(isDurable) { From = from, First = first });
            return _lives.Count - 1;
        }
    }

    /// <param name="life">Its index.</param>
    /// <param name="last">Its counters when nothing was on its way any more; null: nobody knows.</param>
    /// <param name="killed">Whether it ended without being asked to.</param>
    public void Ends(int life, CounterScrape? last, bool killed)
    {
        lock (_gate)
            _lives[life] = _lives[life] with { To = Now, Last = last, WasKilled = killed };
    }

    public History ToHistory(HistoryRules rules)
    {
        lock (_gate)
        {
            return new History
            {
                Backends = [.. _backends],
                Attempts = [.. _attempts],
                Receipts = [.. _receipts],
                Changes = [.. _changes],
                Disturbances = [.. _disturbances],
                Lives = [.. _lives],
                Memory = [.. _memory],
                Rules = rules,
            };
        }
    }

    private void Decided(int backend, Delivery delivery, Reply reply)
    {
        if (!reply.IsTaken && !reply.IsForGood)
            return;
        var now = Now;
        foreach (var (_, span) in delivery.Spans)
        {
            _receipts.Enqueue(new Receipt(
                BinaryPrimitives.ReadUInt64BigEndian(span.SpanId.Span), BinaryPrimitives.ReadUInt128BigEndian(span.TraceId.Span), backend, now, reply.IsTaken));
        }
    }

    private Action Open<T>(List<T> windows, T window, Func<T, TimeSpan, T> close)
    {
        lock (_gate)
        {
            int index = windows.Count;
            windows.Add(window);
            return () =>
            {
                lock (_gate)
                    windows[index] = close(windows[index], Now);
            };
        }
    }
}
