using OrleansLb.Grains.Durability;
using OrleansLb.Grains.Options;

namespace OrleansLb.Grains.Tests.Durability;

/// <summary>
/// One random history: a durable queue on a store that answers late, fails and loses answers, is ended by crashes and opened again. Parts
/// have ascending numbers, so order is order of numbers.
/// </summary>
internal sealed class QueueModel(Random random, TimeSpan headStart, QueueModel.Totals totals) : IDisposable
{
    private const int LargestPart = 80;

    private static readonly SegmentLogOptions Options = new() { SegmentBytes = 100, SegmentParts = 5, MemoryWindow = 300, Reservation = 4, Sizer = QueueSizer.Items };

    private readonly LogBench _bench = new(Options with { HeadStart = headStart });
    private readonly List<(int Number, Task<string?> Stored)> _appending = [];

    // accepted, not acknowledged: these must come (again)
    private readonly SortedSet<int> _owed = [];

    // refused, in doubt, or acknowledged when the store may not know it yet: these may come
    private readonly HashSet<int> _possible = [];

    // by this activation: acknowledged, maybe before they were accepted; and refused, maybe while somebody had them
    private readonly HashSet<int> _doneEarly = [];
    private readonly HashSet<int> _unstored = [];

    // what was possible when this activation began: it may have found these, whatever the store was told since
    private readonly HashSet<int> _inherited = [];

    // taken from this activation
    private readonly List<StoredPart> _held = [];
    private Task<StoredPart?>? _taking;
    private bool _foundNone;
    private int _lastTaken;
    private int _next = 1;

    public void Run(int steps)
    {
        _bench.Store.Answers = false;
        for (int i = 0; i < steps; i++)
            Step();
        Settle();
        TakeAll();
        Assert.Empty(_owed.Except(_held.Select(static part => part.Items)));
        Assert.Equal(_held.Sum(part => _unstored.Contains(part.Items) ? 0L : part.Items), _bench.Log.LeftRoom);
        while (_held.Count > 0)
            Acknowledge();
        Assert.Equal(0, _bench.Log.LeftRoom);
        totals.Unstored += _bench.DeliveredUnstored;
        Settle();
        _bench.Store.Answers = true;
        _bench.Close();
        Assert.Empty(_bench.Store.Names);
        Assert.Empty(_bench.PutAside);
        _bench.Pool.AssertClean();
    }

    // without a word about the pool, which would hide what went wrong
    public void Dispose() => _bench.End();

    private void Step()
    {
        switch (random.Next(100))
        {
            case < 30:
                for (int i = random.Next(4); i >= 0; i--)
                    Append();
                break;
            case < 55:
                Answer();
                break;
            case < 70:
                Take();
                break;
            case < 88:
                Acknowledge();
                break;
            case < 94:
                _bench.Advance(random.Next(3) == 0 ? Options.BackOff : random.Next(2) == 0 ? Options.AckDelay : headStart);
                break;
            case < 97:
                Settle();
                break;
            default:
                Crash();
                break;
        }

        Look();
    }

    private void Append()
    {
        int number = _next++;
        _possible.Add(number);
        _appending.Add((number, _bench.Append(number, random.Next(1, LargestPart))));
    }

    // One call to the store ends, mostly well.
    private void Answer()
    {
        if (_bench.Store.Pending is not { Count: > 0 } pending)
            return;
        var call = pending[random.Next(pending.Count)];
        int luck = random.Next(20);
        _bench.Turns.Outside(luck == 0 ? call.Refuse : luck == 1 ? call.LoseAnswer : call.Succeed);
    }

    private void Take()
    {
        if (_taking is null)
            _bench.Turns.Run(() => _taking = _bench.Log.Take().AsTask());
        Look();
    }

    private void Acknowledge()
    {
        if (_held.Count == 0)
            return;
        int index = random.Next(Math.Min(_held.Count, 4));
        var part = _held[index];
        _held.RemoveAt(index);
        _owed.Remove(part.Items);
        _possible.Add(part.Items);
        _doneEarly.Add(part.Items);
        _bench.Ack(part);
    }

    // What has become of appends and takes by now.
    private void Look()
    {
        foreach (var (number, stored) in _appending.Where(static append => append.Stored.IsCompleted).ToArray())
        {
            _appending.Remove((number, stored));
            if (stored.Answer() is not null)
            {
                totals.Refused++;
                _unstored.Add(number);
            }
            else if (!_doneEarly.Contains(number))
            {
                _owed.Add(number);
                _possible.Remove(number);
            }
        }

        if (_taking is { IsCompleted: true } taking)
        {
            _taking = null;
            if (taking.Answer() is { } part)
                Took(LogBench.Checked(part));
            else
                _foundNone = true;
        }

        Assert.InRange(_bench.Log.ResidentBytes, 0, Options.MemoryWindow);
        if (_bench.Log.ResidentBytes == 0 && _bench.Log.Left > _held.Count)
            totals.Spilled++;
    }

    private void Took(StoredPart part)
    {
        int number = part.Items;
        Assert.True(number > _lastTaken, $"part {number} came after part {_lastTaken}");
        Assert.True(_owed.Contains(number) || _possible.Contains(number), $"part {number} came although the store knew that it was done");
        Assert.DoesNotContain(_owed, owed => owed > _lastTaken && owed < number);
        if (_possible.Contains(number))
            totals.Again++;
        _lastTaken = number;
        _held.Add(part);
    }

    // The store answers everything, time passes: now it knows what is done.
    private void Settle()
    {
        for (int round = 0; round < 3; round++)
        {
            while (_bench.Store.Pending is { Count: > 0 } pending)
                _bench.Turns.Outside(pending[0].Succeed);
            _bench.Advance(Options.BackOff);
        }

        while (_bench.Store.Pending is { Count: > 0 } pending)
            _bench.Turns.Outside(pending[0].Succeed);
        Look();
        Assert.Empty(_appending);
        _possible.Clear();
        _possible.UnionWith(_held.Select(static part => part.Items).Except(_owed));
        _possible.UnionWith(_inherited.Where(number => number > _lastTaken));
    }

    private void TakeAll()
    {
        for (_foundNone = false; !_foundNone;)
        {
            Take();
            Settle();
        }
    }

    private void Crash()
    {
        totals.Crashes++;
        _bench.Turns.Run(_bench.Log.Dispose);
        foreach (var call in _bench.Store.Pending)
        {
            // some of what was under way has reached the disk
            _bench.Turns.Outside(random.Next(2) == 0 ? call.LoseAnswer : call.Refuse);
        }

        Assert.Empty(_bench.Store.Pending);
        Look();
        _appending.Clear();
        _doneEarly.Clear();
        _unstored.Clear();
        _held.Clear();
        _inherited.Clear();
        _inherited.UnionWith(_possible);
        _lastTaken = 0;
        _taking = null;
        _bench.Store.Answers = true;
        Assert.True(_bench.Open().IsOpen);
        _bench.Store.Answers = false;
    }

    internal sealed class Totals
    {
        public int Crashes { get; set; }

        /// <summary>Parts that came again, or although they had been refused.</summary>
        public int Again { get; set; }

        public int Refused { get; set; }

        /// <summary>Looks at which the next part was not in memory.</summary>
        public int Spilled { get; set; }

        /// <summary>Parts that were done before they had to be stored.</summary>
        public int Unstored { get; set; }

        public override string ToString() =>
            $"{Crashes} crashes, {Again} parts again, {Refused} refused, {Spilled} looks at a queue that was on disk only, {Unstored} done before they were stored";
    }
}
