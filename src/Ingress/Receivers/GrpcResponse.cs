using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Ingress.Receivers;

/// <summary>Writes the end of a unary call.</summary>
internal static class GrpcResponse
{
    public const string AcceptedEncodings = "identity,gzip";

    private static readonly StringValues ContentType = GrpcHeaderNames.ContentType;
    private static readonly StringValues StatusOk = "0";

    /// <summary>One empty export response, and status 0 in the trailers.</summary>
    public static void Succeed(IFeatureCollection features)
    {
        features.GetRequiredFeature<IHttpResponseFeature>().Headers.ContentType = ContentType;
        features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers.GrpcStatus = StatusOk;
        features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer.Write(ExportResponse.EmptyFrame.Span);
    }

    /// <summary>A status other than OK: there is no message, so the status travels in the headers ("trailers-only").</summary>
    public static void Fail(IFeatureCollection features, in GrpcStatus status, int httpStatus = 200)
    {
        var response = features.GetRequiredFeature<IHttpResponseFeature>();
        response.StatusCode = httpStatus;
        response.Headers.ContentType = ContentType;
        response.Headers.GrpcStatus = ((int)status.Code).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (!string.IsNullOrEmpty(status.Message))
            response.Headers.GrpcMessage = GrpcMessage.Encode(status.Message);
        if (status.RetryDelay is not null)
            response.Headers[GrpcHeaderNames.StatusDetails] = GrpcBinaryHeader.Encode(RpcStatus.Encode(status));
    }

    /// <summary>
    /// The client's deadline has passed. If the client still sends, the server resets the stream with NO_ERROR behind the answer; CANCEL, which
    /// some servers use here, makes clients on SocketsHttpHandler drop the answer that they have already got.
    /// </summary>
    public static void Expire(IFeatureCollection features) =>
        Fail(features, new GrpcStatus(GrpcStatusCode.DeadlineExceeded, "the deadline has passed"));
}
