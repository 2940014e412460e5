using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Otlp.Memory;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Sending;

public sealed class OtlpClientTests
{
    private static readonly ClientOptions Plain = new() { Insecure = true };
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Payload _payload = Payload.CopyOf("a request"u8);

    [Fact]
    public async Task A_request_carries_the_framed_payload_and_the_headers_of_grpc()
    {
        await using var backend = await MockBackend.Start(Answer.Ok);
        var options = Plain with { Headers = [new("x-tenant", "blue"), new("grpc-timeout", "1n"), new("TE", "chunked")] };

        var outcome = await Send(backend, options: options, signal: Signal.Logs, timeout: TimeSpan.FromSeconds(7));

        Assert.Same(ExportOutcome.Delivered.Instance, outcome);
        var call = Assert.Single(backend.Calls);
        Assert.Equal("/opentelemetry.proto.collector.logs.v1.LogsService/Export", call.Path);
        Assert.Equal("\0\0\0\0\u0009a request", Encoding.UTF8.GetString(call.Body));
        Assert.Equal("application/grpc", call.Headers["content-type"]);
        Assert.Equal("trailers", call.Headers["te"]);
        Assert.Equal("7000m", call.Headers["grpc-timeout"]);
        Assert.Equal("blue", call.Headers["x-tenant"]);
        Assert.Matches(@"^orleanslb/\d+\.\d+\.\d+$", call.Headers["user-agent"]);
        Assert.Equal("14", call.Headers["content-length"]);
        Assert.False(call.Headers.ContainsKey("grpc-encoding"));
        Assert.False(call.Headers.ContainsKey("traceparent"));
    }

    [Fact]
    public async Task A_gzip_payload_is_announced_and_flagged_as_such()
    {
        await using var backend = await MockBackend.Start(Answer.Ok);

        await Send(backend, payload: Payload.CopyOf("zipped"u8, ContentCoding.Gzip));

        var call = Assert.Single(backend.Calls);
        Assert.Equal("gzip", call.Headers["grpc-encoding"]);
        Assert.Equal(1, call.Body[0]);
    }

    [Fact]
    public async Task Without_a_timeout_none_is_announced()
    {
        await using var backend = await MockBackend.Start(Answer.Ok);

        await Send(backend, timeout: TimeSpan.Zero);

        Assert.False(Assert.Single(backend.Calls).Headers.ContainsKey("grpc-timeout"));
    }

    [Fact]
    public async Task A_status_in_trailers_is_read_with_its_decoded_message()
    {
        await using var backend = await MockBackend.Start(
            static context => Answer.Message(context, [], new GrpcStatus(GrpcStatusCode.Unavailable, "später, 100 %")));

        Assert.Equal(new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, "später, 100 %"), await Send(backend));
    }

    [Theory]
    [InlineData(GrpcStatusCode.Cancelled)]
    [InlineData(GrpcStatusCode.DeadlineExceeded)]
    [InlineData(GrpcStatusCode.Aborted)]
    [InlineData(GrpcStatusCode.OutOfRange)]
    [InlineData(GrpcStatusCode.Unavailable)]
    [InlineData(GrpcStatusCode.DataLoss)]
    public async Task Passing_states_are_retryable(GrpcStatusCode code)
    {
        await using var backend = await MockBackend.Start(context => Answer.TrailersOnly(context, new GrpcStatus(code, "later")));

        Assert.Equal(new ExportOutcome.Retryable(code, "later"), await Send(backend));
    }

    [Theory]
    [InlineData(GrpcStatusCode.Unknown)]
    [InlineData(GrpcStatusCode.InvalidArgument)]
    [InlineData(GrpcStatusCode.NotFound)]
    [InlineData(GrpcStatusCode.AlreadyExists)]
    [InlineData(GrpcStatusCode.PermissionDenied)]
    [InlineData(GrpcStatusCode.ResourceExhausted)]
    [InlineData(GrpcStatusCode.FailedPrecondition)]
    [InlineData(GrpcStatusCode.Unimplemented)]
    [InlineData(GrpcStatusCode.Internal)]
    [InlineData(GrpcStatusCode.Unauthenticated)]
    public async Task Verdicts_on_the_request_are_permanent(GrpcStatusCode code)
    {
        await using var backend = await MockBackend.Start(context => Answer.TrailersOnly(context, new GrpcStatus(code, "no")));

        Assert.Equal(new ExportOutcome.Permanent(code, "no"), await Send(backend));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1500)]
    public async Task Resource_exhausted_with_retry_info_is_retryable_after_its_delay(int milliseconds)
    {
        var delay = TimeSpan.FromMilliseconds(milliseconds);
        await using var backend = await MockBackend.Start(
            context => Answer.TrailersOnly(context, new GrpcStatus(GrpcStatusCode.ResourceExhausted, "slow down", delay)));

        Assert.Equal(new ExportOutcome.Retryable(GrpcStatusCode.ResourceExhausted, "slow down", delay), await Send(backend));
    }

    [Fact]
    public async Task A_partial_success_is_a_success_that_says_what_was_refused()
    {
        byte[] message = ExportResponse.Encode(new PartialSuccess(3, "three spans have no name"));
        await using var backend = await MockBackend.Start(context => Answer.Message(context, message));

        var outcome = await Send(backend);

        Assert.Equal(new ExportOutcome.PartiallyRejected(3, "three spans have no name"), outcome);
        Assert.True(outcome.IsSuccess);
    }

    [Fact]
    public async Task An_unreadable_message_with_status_ok_is_a_success()
    {
        await using var backend = await MockBackend.Start(static context => Answer.Message(context, [0xFF, 0xFF]));

        Assert.Same(ExportOutcome.Delivered.Instance, await Send(backend));
    }

    [Fact]
    public async Task An_answer_of_more_than_4_MiB_is_not_read_on()
    {
        await using var backend = await MockBackend.Start(static context => Answer.Message(context, new byte[ResponseMessage.MaxLength + 4096]));

        Assert.Equal(GrpcStatusCode.ResourceExhausted, Assert.IsType<ExportOutcome.Permanent>(await Send(backend)).Code);
    }

    [Theory]
    [InlineData(400, GrpcStatusCode.Internal)]
    [InlineData(401, GrpcStatusCode.Unauthenticated)]
    [InlineData(403, GrpcStatusCode.PermissionDenied)]
    [InlineData(404, GrpcStatusCode.Unimplemented)]
    [InlineData(418, GrpcStatusCode.Unknown)]
    [InlineData(200, GrpcStatusCode.Unknown)]
    public async Task An_http_answer_without_grpc_status_is_mapped_to_a_permanent_code(int status, GrpcStatusCode code)
    {
        await using var backend = await MockBackend.Start(context => Answer.Http(context, status, "text/plain"));

        Assert.Equal(code, Assert.IsType<ExportOutcome.Permanent>(await Send(backend)).Code);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Http_statuses_of_an_overloaded_or_lost_backend_are_retryable(int status)
    {
        await using var backend = await MockBackend.Start(context => Answer.Http(context, status));

        Assert.Equal(GrpcStatusCode.Unavailable, Assert.IsType<ExportOutcome.Retryable>(await Send(backend)).Code);
    }

    [Fact]
    public async Task A_grpc_answer_that_ends_without_a_status_is_a_lost_link()
    {
        await using var backend = await MockBackend.Start(static context => Answer.Http(context, 200, GrpcHeaderNames.ContentType));

        Assert.Equal(GrpcStatusCode.Unavailable, Assert.IsType<ExportOutcome.Retryable>(await Send(backend)).Code);
    }

    [Fact]
    public async Task A_backend_that_never_answers_costs_one_timeout_and_is_retryable()
    {
        var time = new FakeTime();
        var arrived = new TaskCompletionSource();
        await using var backend = await MockBackend.Start(context =>
        {
            arrived.SetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
        });

        var sending = Send(backend, timeout: TimeSpan.FromSeconds(5), time: time);
        await arrived.Task.WaitAsync(Patience);
        Assert.False(sending.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(GrpcStatusCode.DeadlineExceeded, Assert.IsType<ExportOutcome.Retryable>(await sending).Code);
    }

    [Fact]
    public async Task Cancelling_an_attempt_throws()
    {
        using var cancel = new CancellationTokenSource();
        await using var backend = await MockBackend.Start(context =>
        {
            cancel.Cancel();
            return Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
        });

        await Assert.ThrowsAsync<OperationCanceledException>(() => Send(backend, cancellation: cancel.Token));
    }

    [Fact]
    public async Task Nobody_listening_is_retryable()
    {
        using var reserved = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        var outcome = await Send($"127.0.0.1:{((IPEndPoint)reserved.LocalEndPoint!).Port}");

        Assert.Equal(GrpcStatusCode.Unavailable, Assert.IsType<ExportOutcome.Retryable>(outcome).Code);
    }

    [Fact]
    public async Task A_connection_cut_in_the_middle_of_the_answer_is_retryable()
    {
        await using var backend = await MockBackend.Start(static async context =>
        {
            context.Response.ContentType = GrpcHeaderNames.ContentType;
            await context.Response.Body.WriteAsync(new byte[3]);
            await context.Response.Body.FlushAsync();
            MockBackend.CutConnection(context);
        });

        Assert.Equal(GrpcStatusCode.Unavailable, Assert.IsType<ExportOutcome.Retryable>(await Send(backend)).Code);
    }

    [Fact]
    public async Task A_connection_cut_in_the_middle_of_the_request_is_retryable_and_the_payload_is_let_go()
    {
        await using var backend = await MockBackend.Start(Answer.Ok, early: static async context =>
        {
            await context.Request.BodyReader.ReadAsync();
            MockBackend.CutConnection(context);
        });

        await using var large = new LargeRequest();

        var outcome = await Send(backend, payload: large.Payload);

        Assert.Equal(GrpcStatusCode.Unavailable, Assert.IsType<ExportOutcome.Retryable>(outcome).Code);
    }

    [Fact]
    public async Task A_backend_that_does_not_read_costs_one_timeout_and_the_payload_is_let_go()
    {
        var time = new FakeTime();
        var arrived = new TaskCompletionSource();
        await using var backend = await MockBackend.Start(Answer.Ok, early: context =>
        {
            arrived.SetResult();
            return Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
        });
        await using var large = new LargeRequest();

        var sending = Send(backend, payload: large.Payload, timeout: TimeSpan.FromSeconds(5), time: time);
        await arrived.Task.WaitAsync(Patience);
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(GrpcStatusCode.DeadlineExceeded, Assert.IsType<ExportOutcome.Retryable>(await sending).Code);
    }

    [Fact]
    public async Task An_answer_before_the_request_was_read_counts()
    {
        await using var backend = await MockBackend.Start(
            Answer.Ok, early: static context => Answer.TrailersOnly(context, new GrpcStatus(GrpcStatusCode.Unauthenticated, "who?")));

        await using var large = new LargeRequest();

        var outcome = await Send(backend, payload: large.Payload);

        Assert.Equal(new ExportOutcome.Permanent(GrpcStatusCode.Unauthenticated, "who?"), outcome);
    }

    [Fact]
    public async Task A_reset_stream_is_retryable()
    {
        await using var backend = await MockBackend.Start(static context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        Assert.Equal(GrpcStatusCode.Unavailable, Assert.IsType<ExportOutcome.Retryable>(await Send(backend)).Code);
    }

    [Fact]
    public async Task A_goaway_after_every_call_costs_no_call()
    {
        await using var backend = await MockBackend.Start(static context =>
        {
            context.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>().RequestClose();
            return Answer.Ok(context);
        });
        using var client = Client(backend.Endpoint, Plain);

        for (int call = 0; call < 20; call++)
            Assert.Same(ExportOutcome.Delivered.Instance, await client.Export(Signal.Traces, _payload, Patience, default));

        Assert.True(backend.Calls.Select(static call => call.ConnectionId).Distinct().Count() > 1);
    }

    [Fact]
    public async Task A_backend_that_restarts_is_found_again()
    {
        var backend = await MockBackend.Start(Answer.Ok);
        string endpoint = backend.Endpoint;
        int port = backend.Port;
        using var client = Client(endpoint, Plain);
        Assert.True((await client.Export(Signal.Traces, _payload, Patience, default)).IsSuccess);
        await backend.DisposeAsync();
        Assert.IsType<ExportOutcome.Retryable>(await client.Export(Signal.Traces, _payload, Patience, default));

        await using var restarted = await MockBackend.Start(Answer.Ok, port);

        Assert.True((await client.Export(Signal.Traces, _payload, Patience, default)).IsSuccess);
    }

    [Fact]
    public async Task A_backend_that_allows_one_stream_per_connection_gets_everything()
    {
        await using var backend = await MockBackend.Start(Answer.Ok, limits: static limits => limits.Http2.MaxStreamsPerConnection = 1);
        using var client = Client(backend.Endpoint, Plain);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SendUntilTaken()));

        Assert.Equal(20, backend.Calls.Count);

        // A stream that was opened before the limit was known is refused unprocessed: it may be sent again.
        async Task SendUntilTaken()
        {
            while (await client.Export(Signal.Traces, _payload, Patience, default) is var outcome && !outcome.IsSuccess)
                Assert.Equal(GrpcStatusCode.Unavailable, Assert.IsType<ExportOutcome.Retryable>(outcome).Code);
        }
    }

    [Fact]
    public async Task A_certificate_that_the_system_does_not_trust_is_refused()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var backend = await MockBackend.Start(Answer.Ok, listen: options => options.UseHttps(certificate));

        var outcome = await Send(backend, options: new ClientOptions());

        var refused = Assert.IsType<ExportOutcome.Retryable>(outcome);
        Assert.Equal(GrpcStatusCode.Unavailable, refused.Code);
        Assert.Contains("certificate", refused.Message, StringComparison.Ordinal);
        Assert.Empty(backend.Calls);
    }

    private static OtlpClient Client(string endpoint, ClientOptions options, TimeProvider? time = null) =>
        new(BackendHandler.AddressOf(endpoint, options, out _)!, options, time ?? TimeProvider.System);

    private Task<ExportOutcome> Send(
        MockBackend backend,
        Payload? payload = null,
        ClientOptions? options = null,
        Signal signal = Signal.Traces,
        TimeSpan? timeout = null,
        TimeProvider? time = null,
        CancellationToken cancellation = default) =>
        Send(backend.Endpoint, payload, options, signal, timeout, time, cancellation);

    private async Task<ExportOutcome> Send(
        string endpoint,
        Payload? payload = null,
        ClientOptions? options = null,
        Signal signal = Signal.Traces,
        TimeSpan? timeout = null,
        TimeProvider? time = null,
        CancellationToken cancellation = default)
    {
        using var client = Client(endpoint, options ?? Plain, time);
        return await client.Export(signal, payload ?? _payload, timeout ?? Patience, cancellation).WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
    }
}
