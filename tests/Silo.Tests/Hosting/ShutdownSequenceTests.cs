using Microsoft.Extensions.Logging.Abstractions;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Silo.Hosting;

namespace OrleansLb.Silo.Tests.Hosting;

public sealed class ShutdownSequenceTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Traffic_ends_before_queues_are_drained_and_grains_stop_last()
    {
        var steps = new RecordingSteps();
        await Sequence(steps).RunAsync(Timeout);
        Assert.Equal(["leave", "receivers", "drain", "grains"], steps.Calls);
    }

    [Fact]
    public async Task What_was_left_is_reported_and_what_was_delivered_is_not()
    {
        var steps = new RecordingSteps
        {
            Drain = _ => Task.FromResult<IReadOnlyList<DrainReport>>([new(0, "a:1", 0, 0), new(1, "b:1", 3, 42)]),
        };
        var left = await Sequence(steps).RunAsync(Timeout);
        Assert.Equal([new DrainReport(1, "b:1", 3, 42)], left);
    }

    [Fact]
    public async Task A_step_that_fails_does_not_keep_the_others_from_running()
    {
        var steps = new RecordingSteps
        {
            Receivers = _ => throw new InvalidOperationException("boom"),
            Drain = _ => throw new InvalidOperationException("boom"),
        };
        Assert.Empty(await Sequence(steps).RunAsync(Timeout));
        Assert.Equal(["leave", "receivers", "drain", "grains"], steps.Calls);
    }

    [Fact]
    public async Task Every_step_that_never_ends_is_cut_off_within_the_timeout()
    {
        var never = new TaskCompletionSource<IReadOnlyList<DrainReport>>().Task;
        var steps = new RecordingSteps { Receivers = _ => never, Drain = _ => never, Grains = _ => never };
        // Real time: the limits are what is tested. The upper bound is generous for slow machines.
        var done = Sequence(steps).RunAsync(TimeSpan.FromMilliseconds(200));
        Assert.Empty(await done.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(["leave", "receivers", "drain", "grains"], steps.Calls);
    }

    [Fact]
    public async Task Draining_leaves_time_for_the_grains_to_deactivate()
    {
        var patience = TimeSpan.Zero;
        var steps = new RecordingSteps
        {
            Drain = given =>
            {
                patience = given;
                return Task.FromResult<IReadOnlyList<DrainReport>>([]);
            },
        };
        await Sequence(steps).RunAsync(Timeout);
        Assert.InRange(patience, Timeout * 0.5, Timeout * 0.96);
    }

    private static ShutdownSequence Sequence(IShutdownSteps steps) =>
        new(steps, TimeProvider.System, NullLogger<ShutdownSequence>.Instance);

    private sealed class RecordingSteps : IShutdownSteps
    {
        public List<string> Calls { get; } = [];

        public Func<CancellationToken, Task> Receivers { get; init; } = static _ => Task.CompletedTask;

        public Func<TimeSpan, Task<IReadOnlyList<DrainReport>>> Drain { get; init; } = static _ => Task.FromResult<IReadOnlyList<DrainReport>>([]);

        public Func<CancellationToken, Task> Grains { get; init; } = static _ => Task.CompletedTask;

        public void LeaveService() => Calls.Add("leave");

        public Task StopReceiversAsync(CancellationToken cancellationToken)
        {
            Calls.Add("receivers");
            return Receivers(cancellationToken);
        }

        public Task<IReadOnlyList<DrainReport>> DrainAsync(TimeSpan patience)
        {
            Calls.Add("drain");
            return Drain(patience);
        }

        public Task StopGrainsAsync(CancellationToken cancellationToken)
        {
            Calls.Add("grains");
            return Grains(cancellationToken);
        }
    }
}
