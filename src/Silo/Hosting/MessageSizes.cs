using Orleans.Configuration;
using OrleansLb.Ingress.Receivers;

namespace OrleansLb.Silo.Hosting;

/// <summary>How large a message between the processes of a cluster may be: as large as what any receiver takes, in one part. Orleans closes the connection of whoever sends more.</summary>
internal static class MessageSizes
{
    // what stands in a message beside a payload
    private const long BesidePayload = 1L << 20;

    /// <summary>Bytes, never fewer than Orleans' own limit of 100 MiB.</summary>
    public static int Largest(IEnumerable<OtlpReceiverOptions> receivers) => (int)Math.Clamp(
        receivers.Select(static receiver => LargestBody(receiver) + BesidePayload).DefaultIfEmpty().Max(), new SiloMessagingOptions().MaxMessageBodySize, int.MaxValue);

    /// <summary>Sets it for silos and clients. All members read the same configuration.</summary>
    public static IServiceCollection AddMessageSizes(this IServiceCollection services, IEnumerable<OtlpReceiverOptions> receivers)
    {
        int largest = Largest(receivers);
        return services
            .Configure<SiloMessagingOptions>(messaging => messaging.MaxMessageBodySize = largest)
            .Configure<ClientMessagingOptions>(messaging => messaging.MaxMessageBodySize = largest);
    }

    private static long LargestBody(OtlpReceiverOptions receiver)
    {
        long grpc = receiver.Grpc is { } g ? Math.Max(g.MaxReceiveMessageSize, g.MaxDecompressedSize) : 0;
        long http = receiver.Http is { } h ? Math.Max(h.MaxRequestBodySize, h.MaxDecompressedSize ?? 0) : 0;
        return Math.Max(grpc, http);
    }
}
