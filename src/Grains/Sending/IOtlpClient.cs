using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Sending;

/// <summary>A way to one backend. Disposing gives it back; the connections live on for as long as anybody else holds one.</summary>
internal interface IOtlpClient : IDisposable
{
    /// <summary>One attempt at an OTLP/gRPC export. Whatever the backend or the link does is an outcome, not an exception.</summary>
    /// <param name="signal">Which of the three services.</param>
    /// <param name="payload">The request; sent as it is coded. The caller keeps its reference until the answer.</param>
    /// <param name="timeout">Time for the attempt, also told to the backend; zero means no limit.</param>
    /// <param name="cancellationToken">Gives the attempt up.</param>
    /// <exception cref="OperationCanceledException">The token asked for it.</exception>
    Task<ExportOutcome> Export(Signal signal, Payload payload, TimeSpan timeout, CancellationToken cancellationToken);
}
