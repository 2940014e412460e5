using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;
using OrleansLb.Embedded.Tests.Support;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Embedded.Tests.Contract;

public sealed class TurnStressTests(ITestOutputHelper output)
{
    private const int Callers = 8;
    private const int CallsPerCaller = 4000;
    private const int Keys = 5;

    [Fact]
    public async Task Turns_of_a_grain_never_overlap_and_no_call_is_lost_whatever_callers_do()
    {
        int seed = TestSeed.Choose(output.WriteLine);
        await using var host = await GrainHost.StartAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(host, new Random(seed + caller)))));
        Assert.Equal(Callers * CallsPerCaller, results.Sum());
        Assert.Equal(0, host.Probe.Count("overlap"));
        Assert.Equal(0, host.Probe.Count("two calls inside"));
    }

    private static async Task<int> CallAsync(GrainHost host, Random random)
    {
        int answered = 0;
        var pending = new List<Task<int>>();
        for (int i = 0; i < CallsPerCaller; i++)
        {
            string key = $"{random.Next(Keys)}";
            int steps = random.Next(4);
            IChaosGrain grain = random.Next(2) == 0 ? host.GetGrain<IOrderlyChaosGrain>(key) : host.GetGrain<IOpenChaosGrain>(key);
            pending.Add(random.Next(20) switch
            {
                0 => grain.Leave(),
                1 => grain.Interleave(steps),
                2 => grain.StartTimer(),
                3 => grain.CallOther($"{Keys + random.Next(Keys)}", steps),
                _ => grain.Work(steps, random.Next(3)),
            });
            if (random.Next(4) == 0)
                host.Time.Advance(TimeSpan.FromMilliseconds(random.Next(20)));
            if (random.Next(8) == 0)
            {
                answered += (await Task.WhenAll(pending)).Sum();
                pending.Clear();
            }
        }

        return answered + (await Task.WhenAll(pending)).Sum();
    }

    public interface IChaosGrain : IGrainWithStringKey
    {
        Task<int> Work(int steps, int kind);

        [AlwaysInterleave]
        Task<int> Interleave(int steps);

        Task<int> StartTimer();

        Task<int> CallOther(string key, int steps);

        Task<int> Leave();
    }

    public interface IOrderlyChaosGrain : IChaosGrain;

    public interface IOpenChaosGrain : IChaosGrain;

    internal abstract class ChaosGrain(Probe probe, bool isReentrant) : Grain
    {
        private int _turn;
        private int _calls;
        private IGrainTimer? _timer;

        public override async Task OnActivateAsync(CancellationToken cancellationToken) => await StepsAsync(1, 0);

        public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => await StepsAsync(1, 1);

        public async Task<int> Work(int steps, int kind)
        {
            if (++_calls > 1 && !isReentrant)
                probe.Note("two calls inside");
            await StepsAsync(steps, kind);
            _calls--;
            return 1;
        }

        public async Task<int> Interleave(int steps)
        {
            await StepsAsync(steps, 1);
            return 1;
        }

        public Task<int> StartTimer()
        {
            Turn();
            _timer?.Dispose();
            _timer = this.RegisterGrainTimer(
                () => StepsAsync(2, 1), new GrainTimerCreationOptions(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2)) { Interleave = true });
            return Task.FromResult(1);
        }

        public async Task<int> CallOther(string key, int steps)
        {
            Turn();
            int result = await GrainFactory.GetGrain<IOpenChaosGrain>(key).Work(steps, 1);
            Turn();
            return result;
        }

        public Task<int> Leave()
        {
            Turn();
            DeactivateOnIdle();
            return Task.FromResult(1);
        }

        private async Task StepsAsync(int steps, int kind)
        {
            Turn();
            for (int i = 0; i < steps; i++)
            {
                await (kind switch
                {
                    0 => YieldAsync(),
                    1 => Task.Run(static () => { }),
                    _ => Task.CompletedTask,
                });
                Turn();
            }
        }

        private async Task YieldAsync()
        {
            await Task.Yield();
            Turn();
        }

        private void Turn()
        {
            if (Interlocked.Increment(ref _turn) != 1)
                probe.Note("overlap");
            Thread.SpinWait(20);
            Interlocked.Decrement(ref _turn);
        }
    }

    internal sealed class OrderlyChaosGrain(Probe probe) : ChaosGrain(probe, isReentrant: false), IOrderlyChaosGrain;

    [Reentrant]
    internal sealed class OpenChaosGrain(Probe probe) : ChaosGrain(probe, isReentrant: true), IOpenChaosGrain;
}
