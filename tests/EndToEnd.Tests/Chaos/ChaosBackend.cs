using System.Net;
using System.Net.Sockets;
using OrleansLb.EndToEnd.Tests.Histories;
using OrleansLb.EndToEnd.Tests.Infrastructure;

namespace OrleansLb.EndToEnd.Tests.Chaos;

/// <summary>A backend that something may be the matter with, and that writes down what it takes.</summary>
internal sealed class ChaosBackend : IAsyncDisposable
{
    private readonly HistoryRecorder _recorder;
    private readonly Timeline _timeline;
    private Socket? _hole;
    private volatile bool _isTroubled;
    private volatile int _pause;

    private ChaosBackend(MockBackend server, HistoryRecorder recorder, Timeline timeline)
    {
        Server = server;
        _recorder = recorder;
        _timeline = timeline;
        Index = recorder.Watch(server);
        server.Keeps = false;
        server.Script = Healthy;
    }

    public MockBackend Server { get; }

    public int Index { get; }

    public bool IsTroubled => _isTroubled;

    /// <summary>How long it works on a request while it is healthy, in milliseconds.</summary>
    public int Pause
    {
        set => _pause = value;
    }

    public static async Task<ChaosBackend> StartAsync(IPAddress address, int port, HistoryRecorder recorder, Timeline timeline) =>
        new(await MockBackend.StartAsync(address, port), recorder, timeline);

    /// <summary>Is in trouble for as long as the step says, or until everything is healed.</summary>
    public async Task SufferAsync(BackendStep step, Random random, CancellationToken healing)
    {
        bool losesAnswers = step.Fault is BackendFault.Down or BackendFault.BlackHoled or BackendFault.TakesInSilence;
        var isOver = _recorder.Disturbing(Index, ChaosSettings.AnswerTime, step.Fault.ToString(), answersAll: !losesAnswers);
        _isTroubled = true;
        _timeline.Add($"backend {Index}: {step.Fault}");
        await BeginAsync(step.Fault, random);
        await Task.Delay(step.Lasting, healing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await HealAsync();
        isOver();
        _isTroubled = false;
        _timeline.Add($"backend {Index}: healthy");
    }

    public async ValueTask DisposeAsync()
    {
        _hole?.Dispose();
        await Server.DisposeAsync();
    }

    private Reply Healthy(Delivery delivery) => Reply.Ok with { Pause = TimeSpan.FromMilliseconds(_pause) };

    private async Task BeginAsync(BackendFault fault, Random random)
    {
        switch (fault)
        {
            case BackendFault.Down:
                await Server.StopServerAsync();
                break;
            case BackendFault.BlackHoled:
                await Server.StopServerAsync();
                _hole = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                _hole.Bind(new IPEndPoint(Server.Address, Server.Port));
                _hole.Listen();
                break;
            default:
                var pause = TimeSpan.FromMilliseconds(random.Next(20, 400));
                int chance = random.Next(2, 6);
                Server.Script = fault switch
                {
                    BackendFault.Silent => static _ => Reply.Never,
                    BackendFault.TakesInSilence => static _ => Reply.TakenInSilence,
                    BackendFault.Slow => _ => Reply.Ok with { Pause = pause },
                    BackendFault.Unavailable => static _ => Reply.Unavailable,
                    BackendFault.Exhausted => _ => Reply.ResourceExhausted(pause),
                    BackendFault.Erratic => _ => Random.Shared.Next(chance) == 0 ? Reply.Ok : Reply.Unavailable,
                    _ => static _ => Reply.InvalidArgument,
                };
                break;
        }
    }

    private async Task HealAsync()
    {
        Server.Script = Healthy;
        await Server.BreakSilenceAsync();
        _hole?.Dispose();
        _hole = null;

        // does nothing when it is up
        await Server.StartServerAsync();
    }
}
