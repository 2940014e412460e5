using System.CommandLine;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansLb.Bench.Subjects;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Ingress.Memory;
using OrleansLb.Ingress.Receivers;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;
using OrleansLb.Silo.Hosting;

namespace OrleansLb.Bench.Roles;

/// <summary>
/// The role <c>relay</c>, the baseline: the product's receiver and client with nothing between them. Prints its endpoint as a line of
/// JSON when it is ready, then its <see cref="RuntimeCounters"/> for each line on standard input.
/// </summary>
internal static class RelayRole
{
    public const string Name = "relay";

    public static Command Command()
    {
        var backends = new Option<string[]>("--backend") { Required = true };
        var gzip = new Option<bool>("--gzip");
        var command = new Command(Name, "Forwards requests unsplit") { backends, gzip };
        command.Hidden = true;
        command.SetAction((arguments, cancellationToken) => RunAsync(
            arguments.GetValue(backends)!, arguments.GetValue(gzip) ? ContentCoding.Gzip : ContentCoding.Identity, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(IReadOnlyList<string> backends, ContentCoding coding, CancellationToken cancellationToken)
    {
        RuntimeSwitches.Apply();
        using var pool = new OtlpClientPool(TimeProvider.System);
        var client = new ClientOptions { Insecure = true, Compression = coding };
        var consumer = new RelayConsumer([.. backends.Select(b => pool.Rent(b, client))], coding);

        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        await using var receiver = new OtlpReceiver(
            new OtlpReceiverOptions { ComponentId = Name, Grpc = new GrpcListenerOptions { Endpoint = "127.0.0.1:0" } },
            new SignalConsumers { Traces = [consumer] },
            PayloadPool.Shared,
            new MemoryGate(MemoryBudget.Unlimited(), meters, TimeProvider.System),
            meters,
            NullLoggerFactory.Instance,
            TimeProvider.System);
        await receiver.StartAsync(cancellationToken).ConfigureAwait(false);
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(receiver.BoundEndpoints[0].Address.ToString())).ConfigureAwait(false);

        while (await Console.In.ReadLineAsync(cancellationToken).ConfigureAwait(false) is not null)
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(RuntimeCounters.OfThisProcess())).ConfigureAwait(false);
        return 0;
    }
}
