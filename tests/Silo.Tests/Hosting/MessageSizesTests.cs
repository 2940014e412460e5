using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansLb.Ingress.Receivers;
using OrleansLb.Silo.Hosting;

namespace OrleansLb.Silo.Tests.Hosting;

public sealed class MessageSizesTests
{
    private const int Mebi = 1 << 20;

    [Fact]
    public void What_a_receiver_takes_fits_a_message_between_silos_and_from_clients()
    {
        OtlpReceiverOptions[] receivers =
        [
            new() { ComponentId = "small", Grpc = new GrpcListenerOptions() },
            new() { ComponentId = "large", Grpc = new GrpcListenerOptions { MaxDecompressedSize = 300L * Mebi }, Http = new HttpListenerOptions() },
        ];
        using var services = new ServiceCollection().AddMessageSizes(receivers).BuildServiceProvider();
        Assert.InRange(services.GetRequiredService<IOptions<SiloMessagingOptions>>().Value.MaxMessageBodySize, 301 * Mebi, 310 * Mebi);
        Assert.InRange(services.GetRequiredService<IOptions<ClientMessagingOptions>>().Value.MaxMessageBodySize, 301 * Mebi, 310 * Mebi);
    }

    [Fact]
    public void It_is_never_less_than_Orleans_has_by_default_nor_more_than_a_message_can_be()
    {
        Assert.Equal(100 * Mebi, MessageSizes.Largest([]));
        Assert.Equal(100 * Mebi, MessageSizes.Largest([new() { ComponentId = "small", Http = new HttpListenerOptions() }]));
        Assert.Equal(int.MaxValue, MessageSizes.Largest([new() { ComponentId = "huge", Http = new HttpListenerOptions { MaxRequestBodySize = long.MaxValue / 2 } }]));
    }
}
