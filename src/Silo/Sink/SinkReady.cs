namespace OrleansLb.Silo.Sink;

/// <summary>The one line that a sink prints on standard output, as JSON, once it can be called.</summary>
/// <param name="Pid">The process.</param>
/// <param name="Endpoints">Its OTLP/gRPC endpoints, <c>host:port</c>.</param>
/// <param name="Admin">The base address of its admin pages.</param>
internal sealed record SinkReady(int Pid, IReadOnlyList<string> Endpoints, string Admin);
