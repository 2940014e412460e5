namespace OrleansLb.Otlp.Grpc;

/// <summary>The paths of the three OTLP export methods over gRPC, and their default paths over HTTP.</summary>
public static class OtlpServices
{
    private const string Traces = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    private const string Logs = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
    private const string Metrics = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

    /// <summary>The gRPC path of a signal's export method.</summary>
    public static string GrpcPathOf(Signal signal) => signal switch
    {
        Signal.Traces => Traces,
        Signal.Logs => Logs,
        Signal.Metrics => Metrics,
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, null),
    };

    /// <summary>The default HTTP path of a signal.</summary>
    public static string HttpPathOf(Signal signal) => signal switch
    {
        Signal.Traces => "/v1/traces",
        Signal.Logs => "/v1/logs",
        Signal.Metrics => "/v1/metrics",
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, null),
    };

    /// <summary>The signal of a gRPC path; gRPC paths are case-sensitive.</summary>
    public static bool TryMatchGrpcPath(ReadOnlySpan<char> path, out Signal signal)
    {
        signal = Signal.Traces;
        if (path.SequenceEqual(Traces))
            return true;
        signal = Signal.Logs;
        if (path.SequenceEqual(Logs))
            return true;
        signal = Signal.Metrics;
        return path.SequenceEqual(Metrics);
    }
}
