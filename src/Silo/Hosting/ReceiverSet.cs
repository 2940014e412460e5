using System.Diagnostics.Metrics;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using OrleansLb.Configuration;
using OrleansLb.Ingress.Memory;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Ingress.Receivers;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Silo.Hosting;

/// <summary>The receivers of a configuration, joined to the consumers that it names.</summary>
internal sealed partial class ReceiverSet : IAsyncDisposable
{
    private readonly List<(OtlpReceiverOptions Options, OtlpReceiver Receiver)> _receivers = [];
    private readonly ILogger _logger;

    public ReceiverSet(
        PipelineConfiguration configuration,
        IEnumerable<ISignalConsumer> consumers,
        PayloadPool pool,
        MemoryGate gate,
        IMeterFactory meters,
        ILoggerFactory loggers,
        TimeProvider time,
        bool loopbackOnly)
    {
        _logger = loggers.CreateLogger<ReceiverSet>();
        var byId = consumers.ToDictionary(static c => c.ComponentId, StringComparer.Ordinal);
        foreach (var options in configuration.Receivers)
        {
            var joined = new SignalConsumers { Traces = Find(options.Traces), Logs = Find(options.Logs), Metrics = Find(options.Metrics) };
            _receivers.Add((options, new OtlpReceiver(options, joined, pool, gate, meters, loggers, time, loopbackOnly)));
        }

        ISignalConsumer[] Find(IReadOnlyList<string> componentIds) => [.. componentIds.Select(id => byId[id])];
    }

    /// <summary>Starts all receivers.</summary>
    /// <exception cref="StartupException">One of them cannot listen; the message names its component and endpoint.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (options, receiver) in _receivers)
        {
            try
            {
                await receiver.StartAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or SocketException or FormatException)
            {
                throw new StartupException($"{options.ComponentId}: cannot listen on {Endpoints(options)}: {exception.Message}");
            }

            foreach (var bound in receiver.BoundEndpoints)
                LogListening(options.ComponentId, bound.Transport, bound.Address);
        }
    }

    /// <summary>Stops accepting everywhere; running calls finish until the token is cancelled.</summary>
    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_receivers.Select(entry => entry.Receiver.StopAsync(cancellationToken)));

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, receiver) in _receivers)
            await receiver.DisposeAsync().ConfigureAwait(false);
    }

    private static string Endpoints(OtlpReceiverOptions options) => string.Join(" and ", new[]
    {
        options.Grpc is { } grpc ? $"grpc.endpoint = \"{grpc.Endpoint}\"" : null,
        options.Http is { } http ? $"http.endpoint = \"{http.Endpoint}\"" : null,
    }.OfType<string>());
}
