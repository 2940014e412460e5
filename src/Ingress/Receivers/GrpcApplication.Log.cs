using Microsoft.Extensions.Logging;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Ingress.Receivers;

internal sealed partial class GrpcApplication
{
    [LoggerMessage(1, LogLevel.Debug, "The malformed grpc-timeout {Value} is ignored")]
    private partial void LogMalformedTimeout(string value);

    [LoggerMessage(2, LogLevel.Debug, "A call was turned away: {Code}, {Message}")]
    private partial void LogRejected(GrpcStatusCode code, string? message);
}
