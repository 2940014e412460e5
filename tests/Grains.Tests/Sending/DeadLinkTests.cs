using System.Net.Sockets;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Otlp.Memory;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Sending;

/// <summary>Connections that go dead without a word.</summary>
public sealed class DeadLinkTests
{
    private static readonly ClientOptions Plain = new() { Insecure = true };
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Payload _payload = Payload.CopyOf("a request"u8);
    private readonly FakeTime _time = new();

    [Fact]
    public async Task The_first_call_without_an_answer_on_a_dead_connection_is_the_last()
    {
        await using var backend = await MockBackend.Start(Answer.Ok);
        await using var proxy = new SilentProxy(backend.Port);
        using var client = Client(proxy.Endpoint);
        Assert.True((await Send(client)).IsSuccess);
        proxy.Silence();

        var lost = await Expire(DefaultTimeout, Send(client), Send(client));
        var next = await Send(client);

        Assert.All(lost, static outcome => Assert.True(Assert.IsType<ExportOutcome.Retryable>(outcome).IsLinkLost));
        Assert.True(next.IsSuccess);
        Assert.Equal(2, proxy.Connections);
    }

    [Fact]
    public async Task A_call_that_began_before_the_connection_died_may_end_it_as_well()
    {
        var held = new TaskCompletionSource();
        int calls = 0;
        await using var backend = await MockBackend.Start(async context =>
        {
            if (Interlocked.Increment(ref calls) == 2)
                await held.Task;
            await Answer.Ok(context);
        });
        await using var proxy = new SilentProxy(backend.Port);
        using var client = Client(proxy.Endpoint);
        await Send(client);
        var waiting = Send(client);
        await Eventually.Holds(() => Volatile.Read(ref calls) == 2);
        _time.Advance(TimeSpan.FromSeconds(2));
        await Send(client);
        proxy.Silence();

        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.True(Assert.IsType<ExportOutcome.Retryable>(await waiting.WaitAsync(Patience)).IsLinkLost);
        Assert.True((await Send(client)).IsSuccess);
        held.SetResult();
    }

    [Fact]
    public async Task With_a_long_timeout_calls_begin_on_another_connection_after_five_seconds_of_silence()
    {
        await using var backend = await MockBackend.Start(Answer.Ok);
        await using var proxy = new SilentProxy(backend.Port);
        using var client = Client(proxy.Endpoint);
        await Send(client);
        proxy.Silence();
        var stuck = Send(client, TimeSpan.FromSeconds(60));

        _time.Advance(TimeSpan.FromSeconds(4.9));
        var stuckAsWell = Send(client, TimeSpan.FromSeconds(60));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        var next = await Send(client, TimeSpan.FromSeconds(60));

        Assert.True(next.IsSuccess);
        Assert.False(stuck.IsCompleted || stuckAsWell.IsCompleted);
        Assert.Equal(2, proxy.Connections);
        _time.Advance(TimeSpan.FromSeconds(60));
        await Task.WhenAll(stuck, stuckAsWell).WaitAsync(Patience);
    }

    [Fact]
    public async Task A_backend_that_was_never_heard_is_not_tried_again_without_a_pause()
    {
        await using var silent = new RawBackend(static _ => new TaskCompletionSource().Task);
        using var client = Client(silent.Endpoint);

        foreach (int _ in Enumerable.Range(0, 3))
            Assert.False(Assert.IsType<ExportOutcome.Retryable>(Assert.Single(await Expire(DefaultTimeout, Send(client)))).IsLinkLost);
    }

    [Fact]
    public async Task A_slow_backend_has_two_connections_at_most_and_then_one_again()
    {
        var answers = new SemaphoreSlim(0);
        int calls = 0;
        await using var backend = await MockBackend.Start(async context =>
        {
            Interlocked.Increment(ref calls);
            await answers.WaitAsync(context.RequestAborted);
            await Answer.Ok(context);
        });
        await using var proxy = new SilentProxy(backend.Port);
        using var client = Client(proxy.Endpoint);

        var slow = new List<Task<ExportOutcome>>();
        for (int call = 1; call <= 6; call++)
        {
            slow.Add(Send(client, TimeSpan.FromMinutes(2)));
            await Eventually.Holds(() => Volatile.Read(ref calls) == call);
            _time.Advance(TimeSpan.FromSeconds(6));
        }

        Assert.Equal(2, proxy.Connections);
        answers.Release(6);
        Assert.All(await Task.WhenAll(slow).WaitAsync(Patience), static outcome => Assert.True(outcome.IsSuccess));

        // it is known for slow now
        var one = Send(client, TimeSpan.FromMinutes(2));
        await Eventually.Holds(() => Volatile.Read(ref calls) == 7);
        _time.Advance(TimeSpan.FromSeconds(20));
        var other = Send(client, TimeSpan.FromMinutes(2));
        await Eventually.Holds(() => Volatile.Read(ref calls) == 8);
        Assert.Equal(2, proxy.Connections);
        answers.Release(2);
        await Task.WhenAll(one, other).WaitAsync(Patience);
    }

    [Fact]
    public async Task Traffic_that_is_answered_keeps_its_connection_whatever_the_lulls()
    {
        await using var backend = await MockBackend.Start(Answer.Ok);
        await using var proxy = new SilentProxy(backend.Port);
        using var client = Client(proxy.Endpoint);

        foreach (int minutes in new[] { 0, 1, 5 })
        {
            _time.Advance(TimeSpan.FromMinutes(minutes));
            Assert.True((await Send(client)).IsSuccess);
        }

        Assert.Equal(1, proxy.Connections);
    }

    [Fact]
    public async Task Pings_are_rarer_than_what_servers_of_gRPC_count_as_a_strike()
    {
        var frames = new PingCount();
        var arrived = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        await using var backend = await MockBackend.Start(async context =>
        {
            arrived.TrySetResult();
            await answer.Task;
            await Answer.Ok(context);
        });
        await using var proxy = new SilentProxy(backend.Port, frames.Add);
        using var client = Client(proxy.Endpoint);
        using var handler = BackendHandler.Create(new LinkWatch("host", _time));

        var call = Send(client, TimeSpan.FromSeconds(60));
        await arrived.Task.WaitAsync(Patience);

        // the handler's clock cannot be turned: that it sends none for five minutes is a setting, that it sends no others is counted
        Assert.True(handler.KeepAlivePingDelay > TimeSpan.FromMinutes(5));
        answer.SetResult();
        Assert.True((await call.WaitAsync(Patience)).IsSuccess);
        Assert.True(frames.Frames > 2);
        Assert.InRange(frames.Pings, 0, 2);
    }

    [Fact]
    public void The_system_finds_a_peer_dead_within_eight_seconds()
    {
        using var socket = BackendHandler.CreateSocket();

        int idle = (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime)!;
        int interval = (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval)!;
        int probes = (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount)!;
        Assert.NotEqual(0, (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)!);
        Assert.InRange(idle + (interval * probes), 1, 8);
        if (!OperatingSystem.IsLinux())
            return;
        byte[] unacknowledged = new byte[sizeof(int)];
        socket.GetRawSocketOption(6, 18, unacknowledged);
        Assert.InRange(BitConverter.ToInt32(unacknowledged), 1, 8000);
    }

    private OtlpClient Client(string endpoint) => new(BackendHandler.AddressOf(endpoint, Plain, out _)!, Plain, _time);

    private Task<ExportOutcome> Send(OtlpClient client, TimeSpan? timeout = null) => client.Export(Signal.Traces, _payload, timeout ?? DefaultTimeout, default);

    private async Task<ExportOutcome[]> Expire(TimeSpan timeout, params Task<ExportOutcome>[] calls)
    {
        _time.Advance(timeout);
        var outcomes = await Task.WhenAll(calls).WaitAsync(Patience);
        Assert.All(outcomes, static outcome => Assert.Equal(GrpcStatusCode.DeadlineExceeded, Assert.IsType<ExportOutcome.Retryable>(outcome).Code));
        return outcomes;
    }
}
