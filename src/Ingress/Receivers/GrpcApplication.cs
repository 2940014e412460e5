using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Ingress.Receivers;

/// <summary>OTLP/gRPC, directly on the server: the three unary export calls.</summary>
internal sealed partial class GrpcApplication(Intake intake, GrpcListenerOptions options, TimeProvider time, ILogger<GrpcApplication> logger)
    : IHttpApplication<IFeatureCollection>
{
    private readonly GrpcBodyReader _bodies = new(
        intake.Pool, intake.Gate, Math.Min(options.MaxReceiveMessageSize, ReceiverLimits.LargestBody), new IdleLimit(options.ReadIdleTimeout, time));

    private readonly long _decompressedLimit = Math.Min(options.MaxDecompressedSize, ReceiverLimits.LargestBody);

    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    public Task ProcessRequestAsync(IFeatureCollection context)
    {
        var request = context.GetRequiredFeature<IHttpRequestFeature>();
        if (!TryAdmit(context, request, out var signal, out var coding))
            return Task.CompletedTask;

        var gone = context.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted;
        string? timeout = request.Headers.GrpcTimeout;
        if (timeout is null)
            return ServeAsync(context, signal, coding, null, gone);
        if (GrpcTimeout.TryParse(timeout, out var patience))
            return ServeInTimeAsync(context, signal, coding, patience, gone);
        LogMalformedTimeout(timeout);
        return ServeAsync(context, signal, coding, null, gone);
    }

    private static bool IsGrpc([NotNullWhen(true)] string? contentType)
    {
        if (contentType is null || !contentType.StartsWith(GrpcHeaderNames.ContentType, StringComparison.OrdinalIgnoreCase))
            return false;
        var rest = contentType.AsSpan(GrpcHeaderNames.ContentType.Length);
        if (rest.StartsWith("+proto", StringComparison.OrdinalIgnoreCase))
            rest = rest["+proto".Length..];
        return rest.IsEmpty || rest[0] is ';' or ' ';
    }

    /// <summary>
    /// Looks at everything that is known before the body, and answers what cannot be served. <c>te: trailers</c> is not asked for: it only
    /// tells whether a proxy on the way knows trailers, and a client whose proxy dropped the header is better served than turned away.
    /// </summary>
    private bool TryAdmit(IFeatureCollection context, IHttpRequestFeature request, out Signal signal, out ContentCoding coding)
    {
        signal = default;
        coding = ContentCoding.Identity;
        var headers = context.GetRequiredFeature<IHttpResponseFeature>().Headers;
        if (!HttpProtocol.IsHttp2(request.Protocol))
        {
            headers.Upgrade = "HTTP/2";
            return Refuse(context, RejectReason.Unserved, new(GrpcStatusCode.Internal, "gRPC needs HTTP/2"), StatusCodes.Status426UpgradeRequired);
        }

        if (!HttpMethods.IsPost(request.Method))
        {
            headers.Allow = HttpMethods.Post;
            return Refuse(context, RejectReason.Unserved, new(GrpcStatusCode.Internal, "gRPC needs POST"), StatusCodes.Status405MethodNotAllowed);
        }

        if (!IsGrpc(request.Headers.ContentType))
        {
            return Refuse(
                context,
                RejectReason.ContentType,
                new(GrpcStatusCode.Internal, "the content type must be application/grpc or application/grpc+proto"),
                StatusCodes.Status415UnsupportedMediaType);
        }

        if (!OtlpServices.TryMatchGrpcPath(request.Path, out signal) || !intake.Serves(signal))
            return Refuse(context, RejectReason.Unserved, new(GrpcStatusCode.Unimplemented, $"unknown service or method {request.Path}"));

        string? encoding = request.Headers.GrpcEncoding;
        if (encoding is "gzip")
            coding = ContentCoding.Gzip;
        else if (encoding is not (null or "identity"))
        {
            headers.GrpcAcceptEncoding = GrpcResponse.AcceptedEncodings;
            return Refuse(context, RejectReason.UnsupportedCoding, new(GrpcStatusCode.Unimplemented, $"the grpc-encoding {encoding} is not supported"));
        }

        return true;
    }

    private bool Refuse(IFeatureCollection context, RejectReason reason, GrpcStatus status, int httpStatus = StatusCodes.Status200OK)
    {
        intake.Metrics.Rejected(reason);
        GrpcResponse.Fail(context, status, httpStatus);
        return false;
    }

    private async Task ServeInTimeAsync(IFeatureCollection context, Signal signal, ContentCoding coding, TimeSpan patience, CancellationToken gone)
    {
        using var deadline = new CallDeadline(patience, time, gone);
        await ServeAsync(context, signal, coding, patience, gone, deadline).ConfigureAwait(false);
    }

    private async Task ServeAsync(
        IFeatureCollection context, Signal signal, ContentCoding coding, TimeSpan? patience, CancellationToken gone, CallDeadline? deadline = null)
    {
        var cancellation = deadline?.Token ?? gone;
        IntakeResult result;
        try
        {
            var reader = context.GetRequiredFeature<IRequestBodyPipeFeature>().Reader;
            if (intake.RefusesUnread(signal, out result))
            {
                await intake.HoldBackAsync(result, cancellation).ConfigureAwait(false);
                await _bodies.PassOverAsync(reader, cancellation).ConfigureAwait(false);
            }
            else
            {
                var body = await _bodies.ReadAsync(reader, coding, cancellation).ConfigureAwait(false);
                if (body.LacksMemory)
                    await _bodies.PassOverAsync(reader, cancellation).ConfigureAwait(false);
                result = body.IsComplete
                    ? await intake.AcceptAsync(signal, body.Payload, _decompressedLimit, patience, cancellation).ConfigureAwait(false)
                    : body.LacksMemory ? intake.Gate.Refuse() : body.Refusal;
            }
        }
        catch (Exception lost) when (lost is IOException or OperationCanceledException)
        {
            var reason = deadline is { HasPassed: true } ? RejectReason.Deadline : RejectReason.Aborted;
            result = IntakeResult.Reject(reason, GrpcStatusCode.Cancelled, lost.Message);
        }

        if (result.Reason != RejectReason.None)
        {
            intake.Metrics.Rejected(result.Reason);
            LogRejected(result.Status.Code, result.Status.Message);
        }

        if (result.OldItems > 0)
            intake.OldFields.Note(context, signal, result.OldItems);

        if (result.Status.IsOk)
            GrpcResponse.Succeed(context);
        else if (deadline is { HasPassed: true })
            GrpcResponse.Expire(context);
        else if (result.Reason == RejectReason.Aborted)
            context.GetRequiredFeature<IHttpRequestLifetimeFeature>().Abort();
        else
            GrpcResponse.Fail(context, result.Status);
    }
}
