using System.Net;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Grains.Sending;

/// <summary>Which statuses of a backend are worth another attempt: the table of the OTLP specification.</summary>
internal static class StatusClassification
{
    /// <summary>The outcome that a status other than OK stands for.</summary>
    public static ExportOutcome OutcomeOf(in GrpcStatus status)
    {
        string message = status.Message ?? "";
        return status.Code switch
        {
            GrpcStatusCode.Cancelled or GrpcStatusCode.DeadlineExceeded or GrpcStatusCode.Aborted or GrpcStatusCode.OutOfRange
                or GrpcStatusCode.Unavailable or GrpcStatusCode.DataLoss => new ExportOutcome.Retryable(status.Code, message, status.RetryDelay),
            // without RetryInfo it means that the request is too large, and it would be too large again
            GrpcStatusCode.ResourceExhausted when status.RetryDelay is not null
                => new ExportOutcome.Retryable(status.Code, message, status.RetryDelay),
            GrpcStatusCode.ResourceExhausted when MessageLimit.IsMeant(message) => new ExportOutcome.Permanent(status.Code, message + MessageLimit.Advice),
            _ => new ExportOutcome.Permanent(status.Code, message),
        };
    }

    /// <summary>What an HTTP status stands for when an answer carries no gRPC status (gRPC's http-grpc-status-mapping, and 413, which says more than UNKNOWN).</summary>
    public static GrpcStatusCode CodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => GrpcStatusCode.Internal,
        HttpStatusCode.Unauthorized => GrpcStatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => GrpcStatusCode.PermissionDenied,
        HttpStatusCode.NotFound => GrpcStatusCode.Unimplemented,
        HttpStatusCode.RequestEntityTooLarge => GrpcStatusCode.ResourceExhausted,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
            => GrpcStatusCode.Unavailable,
        _ => GrpcStatusCode.Unknown,
    };
}
