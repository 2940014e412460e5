using Microsoft.Extensions.Logging;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Ingress.Receivers;

internal sealed partial class HttpApplication
{
    [LoggerMessage(1, LogLevel.Debug, "A request was turned away: {Code}, {Message}")]
    private partial void LogRejected(GrpcStatusCode code, string? message);
}
