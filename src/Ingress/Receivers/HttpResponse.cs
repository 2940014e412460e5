using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Ingress.Receivers;

/// <summary>Writes the answers of OTLP/HTTP.</summary>
internal static class HttpResponse
{
    private static readonly StringValues ProtobufType = RpcStatus.ContentType;
    private static readonly StringValues TextType = "text/plain; charset=utf-8";

    /// <summary>200 with an export response, which is empty when everything was accepted.</summary>
    public static void Succeed(IFeatureCollection features)
    {
        var headers = features.GetRequiredFeature<IHttpResponseFeature>().Headers;
        headers.ContentType = ProtobufType;
        headers.ContentLength = 0;
    }

    /// <summary>What was refused before the protocol of the client was certain: a line of plain text.</summary>
    public static Task FailAsync(IFeatureCollection features, int httpStatus, string text) =>
        WriteAsync(features, httpStatus, TextType, Encoding.UTF8.GetBytes(text + "\n"));

    /// <summary>A status as the body, and <c>Retry-After</c> where there is a delay.</summary>
    public static Task FailAsync(IFeatureCollection features, int httpStatus, in GrpcStatus status)
    {
        // a delay rounded down to zero would invite the client back at once
        if (status.RetryDelay is { } delay && httpStatus is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
            features.GetRequiredFeature<IHttpResponseFeature>().Headers.RetryAfter =
                Math.Ceiling(delay.TotalSeconds).ToString("F0", System.Globalization.CultureInfo.InvariantCulture);
        return WriteAsync(features, httpStatus, ProtobufType, RpcStatus.Encode(status));
    }

    /// <summary>The HTTP status of a gRPC status, by the table of the Collector's receiver.</summary>
    public static int HttpStatusOf(GrpcStatusCode code) => code switch
    {
        GrpcStatusCode.Ok => StatusCodes.Status200OK,
        GrpcStatusCode.Cancelled or GrpcStatusCode.DeadlineExceeded or GrpcStatusCode.Aborted or GrpcStatusCode.OutOfRange
            or GrpcStatusCode.Unavailable or GrpcStatusCode.DataLoss => StatusCodes.Status503ServiceUnavailable,
        GrpcStatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        GrpcStatusCode.InvalidArgument => StatusCodes.Status400BadRequest,
        GrpcStatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        GrpcStatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        GrpcStatusCode.Unimplemented => StatusCodes.Status404NotFound,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static async Task WriteAsync(IFeatureCollection features, int httpStatus, StringValues contentType, byte[] body)
    {
        var response = features.GetRequiredFeature<IHttpResponseFeature>();
        response.StatusCode = httpStatus;
        response.Headers.ContentType = contentType;
        response.Headers.ContentLength = body.Length;
        await features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer.WriteAsync(body).ConfigureAwait(false);
    }
}
