using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using OrleansLb.Grains.Exporting;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Exporting.SendingQueues;
using OrleansLb.Grains.Lanes;
using OrleansLb.Otlp;
using OrleansLb.Silo.Hosting;
using OrleansLb.Testing;
using OrleansLb.Testing.Grains;

namespace OrleansLb.Silo.Tests.Hosting;

public sealed class ExporterDrainTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FakeTime _time = new();
    private readonly ActiveExporterGrains _active = new();
    private readonly FakeGrains _grains = new();

    public ExporterDrainTests()
    {
        _active.Add(new SendingQueueKey("lb", Signal.Traces, "lane"), NotHere);
        _active.Add(new ExporterGrainKey("lb", 0, "lane"), NotHere);
        _active.Add(new ExporterGrainKey("lb", 1, "lane"), NotHere);
    }

    private static Task<DrainReport> NotHere(TimeSpan patience) => throw new NotSupportedException();

    private ExporterDrain NewDrain() =>
        new(_grains, _active, new LoneLane(new ExporterCatalog([])), new NextActivations(_time, NullLogger<NextActivations>.Instance), _time);

    [Fact]
    public async Task Ring_slots_are_emptied_after_what_comes_before_them_with_the_time_that_is_left()
    {
        var first = new TaskCompletionSource<DrainReport>();
        _grains.First = first.Task;

        var drain = NewDrain().RunAsync(Patience);
        Assert.Equal([("lb/traces/lane", Patience / 2)], _grains.Drained);
        _time.Advance(TimeSpan.FromSeconds(4));
        first.SetResult(new DrainReport(null, null, 1, 2));

        var reports = await drain;
        Assert.Equal([("lb/0/lane", TimeSpan.FromSeconds(16)), ("lb/1/lane", TimeSpan.FromSeconds(16))], _grains.Drained.Skip(1).Order());
        Assert.Equal([null, 0, 1], reports.Select(static report => report.Slot).Order());
    }

    [Fact]
    public async Task A_queue_that_waits_for_ring_slots_keeps_them_no_longer_than_half_of_the_time()
    {
        var first = new TaskCompletionSource<DrainReport>();
        _grains.First = first.Task;

        var drain = NewDrain().RunAsync(Patience);
        _time.Advance(Patience / 2);
        await Eventually.Holds(() => _grains.Drained.Count == 3);
        Assert.False(drain.IsCompleted);
        first.SetResult(new DrainReport(null, null, 0, 0));

        Assert.Equal(3, (await drain).Count);
    }

    /// <summary>Grains that note when they are drained; ring slots have nothing left at once.</summary>
    private sealed class FakeGrains : StringKeyedGrains
    {
        private readonly List<(string Key, TimeSpan Patience)> _drained = [];

        public Task<DrainReport> First { get; set; } = Task.FromResult(new DrainReport(null, null, 0, 0));

        public IReadOnlyList<(string Key, TimeSpan Patience)> Drained
        {
            get
            {
                lock (_drained)
                    return [.. _drained];
            }
        }

        public override TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null) => (TGrainInterface)(object)new FakeGrain(this, primaryKey);

        private void Note(string key, TimeSpan patience)
        {
            lock (_drained)
                _drained.Add((key, patience));
        }

        private sealed class FakeGrain(FakeGrains owner, string key) : IExporterGrain, ISendingQueueGrain
        {
            Task<DrainReport> IExporterGrain.Drain(TimeSpan patience)
            {
                owner.Note(key, patience);
                return Task.FromResult(new DrainReport(ExporterGrainKey.Parse(key).Slot, "a:1", 0, 0));
            }

            Task<DrainReport> ISendingQueueGrain.Drain(TimeSpan patience)
            {
                owner.Note(key, patience);
                return owner.First;
            }

            public Task<EnqueueOutcome> Enqueue(ExportPart part, EnqueueTerms terms, CancellationToken cancellationToken) => throw new NotSupportedException();

            public Task<EnqueueOutcome> EnqueueAndWait(ExportPart part, EnqueueTerms terms, CancellationToken cancellationToken) => throw new NotSupportedException();

            public Task<CreditGrant> GrantCredit(CreditRequest request) => throw new NotSupportedException();

            public Task Wake() => throw new NotSupportedException();
        }
    }
}
