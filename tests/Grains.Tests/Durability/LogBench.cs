using Orleans.Runtime;
using OrleansLb.Grains.Durability;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Durability;

/// <summary>Durable queues, one after the other on one store, with time and turns in the test's hand.</summary>
internal sealed class LogBench : ISegmentLogWatcher, IDisposable
{
    /// <summary>So small that a few parts fill segments and the window.</summary>
    public static readonly SegmentLogOptions Small = new() { SegmentBytes = 100, MemoryWindow = 200, Reservation = 8 };

    private readonly AccountedPayloadPool _accounted;

    public LogBench(SegmentLogOptions? options = null)
    {
        Options = options ?? new SegmentLogOptions();
        _accounted = new AccountedPayloadPool(Pool, Budget);
        Log = Create();
    }

    public SegmentLogOptions Options { get; }

    public Turns Turns { get; } = new();

    public FakeTime Time { get; } = new();

    public ScriptedStore Store { get; } = new();

    public DebugPayloadPool Pool { get; } = new();

    public MemoryBudget Budget { get; } = new(1 << 20);

    public SegmentLog Log { get; private set; }

    /// <summary>Parts per segment, as they were written.</summary>
    public List<int> Written { get; } = [];

    /// <summary>Segments that were put aside, with their lost parts.</summary>
    public List<(long Number, int Parts)> PutAside { get; } = [];

    public List<string> Failures { get; } = [];

    /// <summary>Parts that were done before they had to be stored.</summary>
    public int DeliveredUnstored { get; private set; }

    /// <summary>Asks for a part with this number to be stored.</summary>
    public Task<string?> Append(int number, int size = 16, long? since = 1)
    {
        Task<string?>? accepted = null;
        var payload = Pool.CopyOf(Bytes(number, size));
        Turns.Run(() => accepted = Log.Append(new ExportPart { Signal = Signal.Logs, ItemCount = number, Payload = payload }, since).Accepted);
        payload.Release();
        return accepted!;
    }

    public void Keep(params int[] numbers)
    {
        foreach (int number in numbers)
            Assert.Null(Append(number).Answer());
    }

    /// <summary>Takes all there is, or so many; answers without a payload, which was compared and released.</summary>
    public List<StoredPart> Take(int limit = int.MaxValue)
    {
        var taken = new List<StoredPart>();
        while (taken.Count < limit && Turns.Finish(() => Log.Take().AsTask()) is { } part)
            taken.Add(Checked(part));
        return taken;
    }

    public static StoredPart Checked(StoredPart part)
    {
        Assert.Equal(Bytes(part.Items, part.Payload.Length), part.Payload.Message.ToArray());
        Assert.Equal(Signal.Logs, part.Signal);
        part.Payload.Release();
        return part;
    }

    public void Ack(StoredPart part) => Turns.Run(() => Log.Ack(part.Place));

    public void Advance(TimeSpan by) => Turns.Run(() => Time.Advance(by));

    /// <summary>Ends without a word to the store, and begins anew.</summary>
    public OpenOutcome Crash()
    {
        Turns.Run(Log.Dispose);
        return Open();
    }

    /// <summary>Ends in good order.</summary>
    public void Close() => Turns.Finish(async () =>
    {
        await Log.Close(CancellationToken.None);
        return true;
    });

    /// <summary>Begins anew.</summary>
    public OpenOutcome Open()
    {
        Log = Create();
        return Turns.Finish(Log.Open);
    }

    public SegmentLog Create() => new(new SegmentStore(Store, GrainId.Create("exporter", "e/0/lane"), Turns.Workers), Options, _accounted, Time, this);

    public void End() => Turns.Run(Log.Dispose);

    public void Dispose()
    {
        End();
        Pool.AssertClean();
        Assert.Equal(0, Budget.Used);
    }

    void ISegmentLogWatcher.Stored(int parts, long bytes) => Written.Add(parts);

    void ISegmentLogWatcher.DeliveredUnstored() => DeliveredUnstored++;

    void ISegmentLogWatcher.Quarantined(long number, int parts, long room, Exception? fault) => PutAside.Add((number, parts));

    void ISegmentLogWatcher.StoreFailed(string operation, Exception? fault) => Failures.Add(operation);

    private static byte[] Bytes(int number, int size)
    {
        byte[] bytes = new byte[size];
        new Random(number).NextBytes(bytes);
        return bytes;
    }
}
