using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Sending;

/// <summary>Stands for a backend whose endpoint is none. Attempts may be repeated: the resolver can replace the backend.</summary>
internal sealed class UndiallableClient(string endpoint, string error) : IOtlpClient
{
    private readonly Task<ExportOutcome> _outcome = Task.FromResult<ExportOutcome>(
        new ExportOutcome.Retryable(GrpcStatusCode.Unavailable, $"\"{endpoint}\" cannot be dialled: it {error}"));

    public Task<ExportOutcome> Export(Signal signal, Payload payload, TimeSpan timeout, CancellationToken cancellationToken) => _outcome;

    public void Dispose()
    {
    }
}
