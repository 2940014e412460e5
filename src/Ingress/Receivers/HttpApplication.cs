using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Ingress.Receivers;

/// <summary>OTLP/HTTP with protobuf bodies, directly on the server.</summary>
internal sealed partial class HttpApplication(Intake intake, HttpListenerOptions options, TimeProvider time, ILogger<HttpApplication> logger)
    : IHttpApplication<IFeatureCollection>
{
    private readonly HttpBodyReader _bodies = new(
        intake.Pool, intake.Gate, Math.Min(options.MaxRequestBodySize, ReceiverLimits.LargestBody), new IdleLimit(options.ReadIdleTimeout, time));

    private readonly long _decompressedLimit = Math.Min(options.MaxDecompressedSize ?? options.MaxRequestBodySize, ReceiverLimits.LargestBody);

    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public void DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    public Task ProcessRequestAsync(IFeatureCollection context)
    {
        var request = context.GetRequiredFeature<IHttpRequestFeature>();
        return RefusalOf(context, request, out var signal, out var coding) ?? ServeAsync(context, request, signal, coding);
    }

    private static ReadOnlySpan<char> MediaType(string? contentType)
    {
        var type = contentType.AsSpan();
        int parameters = type.IndexOf(';');
        return (parameters < 0 ? type : type[..parameters]).Trim();
    }

    private bool TryMatchPath(string path, out Signal signal)
    {
        signal = Signal.Traces;
        if (path == options.TracesPath)
            return true;
        signal = Signal.Logs;
        if (path == options.LogsPath)
            return true;
        signal = Signal.Metrics;
        return path == options.MetricsPath;
    }

    // looks at everything that is known before the body; null when nothing speaks against reading that
    private Task? RefusalOf(IFeatureCollection context, IHttpRequestFeature request, out Signal signal, out ContentCoding coding)
    {
        coding = ContentCoding.Identity;
        if (!TryMatchPath(request.Path, out signal) || !intake.Serves(signal))
            return RefuseAsync(context, RejectReason.Unserved, StatusCodes.Status404NotFound, "404 page not found");

        if (!HttpMethods.IsPost(request.Method))
        {
            context.GetRequiredFeature<IHttpResponseFeature>().Headers.Allow = HttpMethods.Post;
            return RefuseAsync(context, RejectReason.Unserved, StatusCodes.Status405MethodNotAllowed, "405 method not allowed, supported: [POST]");
        }

        var type = MediaType(request.Headers.ContentType);
        if (!type.Equals(RpcStatus.ContentType, StringComparison.OrdinalIgnoreCase))
        {
            string text = type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                ? "415 unsupported media type: OTLP/JSON is not supported yet, supported: [application/x-protobuf]"
                : "415 unsupported media type, supported: [application/x-protobuf]";
            return RefuseAsync(context, RejectReason.ContentType, StatusCodes.Status415UnsupportedMediaType, text);
        }

        string? encoding = request.Headers.ContentEncoding;
        if (string.Equals(encoding, "gzip", StringComparison.OrdinalIgnoreCase))
            coding = ContentCoding.Gzip;
        else if (!string.IsNullOrEmpty(encoding) && !string.Equals(encoding, "identity", StringComparison.OrdinalIgnoreCase))
        {
            return RefuseAsync(
                context, RejectReason.UnsupportedCoding, StatusCodes.Status400BadRequest, $"unsupported Content-Encoding: {encoding}, supported: [identity gzip]");
        }

        if (!intake.RefusesUnread(signal, out var refusal))
            return null;
        return RefuseUnreadAsync(context, refusal);
    }

    private async Task RefuseUnreadAsync(IFeatureCollection context, IntakeResult refusal)
    {
        intake.Metrics.Rejected(refusal.Reason);
        await intake.HoldBackAsync(refusal, context.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted).ConfigureAwait(false);
        await HttpResponse.FailAsync(context, HttpStatusOf(refusal), refusal.Status).ConfigureAwait(false);
    }

    private Task RefuseAsync(IFeatureCollection context, RejectReason reason, int httpStatus, string text)
    {
        intake.Metrics.Rejected(reason);
        return HttpResponse.FailAsync(context, httpStatus, text);
    }

    private async Task ServeAsync(IFeatureCollection context, IHttpRequestFeature request, Signal signal, ContentCoding coding)
    {
        var lifetime = context.GetRequiredFeature<IHttpRequestLifetimeFeature>();
        var gone = lifetime.RequestAborted;
        IntakeResult result;
        try
        {
            var reader = context.GetRequiredFeature<IRequestBodyPipeFeature>().Reader;
            var body = await _bodies.ReadAsync(reader, request.Headers.ContentLength, coding, gone).ConfigureAwait(false);
            result = body.IsComplete
                ? await intake.AcceptAsync(signal, body.Payload, _decompressedLimit, null, gone).ConfigureAwait(false)
                : body.LacksMemory ? intake.Gate.Refuse() : body.Refusal;
        }
        catch (BadHttpRequestException bad)
        {
            // broken in its own framing: the server closes the connection behind this answer
            intake.Metrics.Rejected(RejectReason.Aborted);
            await HttpResponse.FailAsync(context, bad.StatusCode, bad.Message).ConfigureAwait(false);
            return;
        }
        catch (Exception lost) when (lost is IOException or OperationCanceledException)
        {
            intake.Metrics.Rejected(RejectReason.Aborted);
            lifetime.Abort();
            return;
        }

        if (result.Reason != RejectReason.None)
        {
            intake.Metrics.Rejected(result.Reason);
            LogRejected(result.Status.Code, result.Status.Message);
        }

        if (result.OldItems > 0)
            intake.OldFields.Note(context, signal, result.OldItems);

        // what may still come of such a body is not read
        if (result.Reason == RejectReason.Idle)
            context.GetRequiredFeature<IHttpResponseFeature>().Headers.Connection = "close";

        if (result.Status.IsOk)
            HttpResponse.Succeed(context);
        else
            await HttpResponse.FailAsync(context, HttpStatusOf(result), result.Status).ConfigureAwait(false);
    }

    private static int HttpStatusOf(in IntakeResult result) => result.Reason switch
    {
        RejectReason.TooLarge or RejectReason.DecompressedTooLarge => StatusCodes.Status413PayloadTooLarge,
        RejectReason.Idle => StatusCodes.Status408RequestTimeout,
        _ => HttpResponse.HttpStatusOf(result.Status.Code),
    };
}
