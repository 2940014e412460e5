using Microsoft.AspNetCore.Http;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Grains.Tests.Sending;

/// <summary>The answers of a gRPC server.</summary>
internal static class Answer
{
    /// <summary>Success with an empty export response.</summary>
    public static Task Ok(HttpContext context) => Message(context, []);

    /// <summary>A message, then the status in trailers.</summary>
    public static async Task Message(HttpContext context, byte[] message, GrpcStatus status = default)
    {
        context.Response.ContentType = GrpcHeaderNames.ContentType;
        byte[] frame = new byte[GrpcFrame.HeaderLength + message.Length];
        GrpcFrame.WriteHeader(frame, compressed: false, (uint)message.Length);
        message.CopyTo(frame, GrpcFrame.HeaderLength);
        await context.Response.Body.WriteAsync(frame);
        foreach (var (name, value) in HeadersOf(status))
            context.Response.AppendTrailer(name, value);
    }

    /// <summary>No body: the status stands among the headers.</summary>
    public static Task TrailersOnly(HttpContext context, GrpcStatus status)
    {
        context.Response.ContentType = GrpcHeaderNames.ContentType;
        foreach (var (name, value) in HeadersOf(status))
            context.Response.Headers[name] = value;
        return Task.CompletedTask;
    }

    /// <summary>An answer of something that is no gRPC server.</summary>
    public static Task Http(HttpContext context, int status, string? contentType = null)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return Task.CompletedTask;
    }

    private static IEnumerable<(string Name, string Value)> HeadersOf(GrpcStatus status)
    {
        yield return (GrpcHeaderNames.Status, ((int)status.Code).ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (status.Message is { } message)
            yield return (GrpcHeaderNames.Message, GrpcMessage.Encode(message));
        if (status.RetryDelay is not null)
            yield return (GrpcHeaderNames.StatusDetails, GrpcBinaryHeader.Encode(RpcStatus.Encode(status)));
    }
}
