using OrleansLb.Configuration;
using OrleansLb.Grains.Options;
using OrleansLb.Ingress.Receivers;
using OrleansLb.Silo.Hosting;

namespace OrleansLb.Silo.Tests.Hosting;

public sealed class ConfiguredPartsTests
{
    [Fact]
    public void The_catalog_knows_its_exporters_and_no_others()
    {
        var options = new LoadBalancingOptions { ComponentId = "a", Resolver = new ResolverOptions.Static(["h"]) };
        var catalog = new ExporterCatalog([options]);
        Assert.Same(options, catalog.Get("a"));
        Assert.Equal(["a"], catalog.ComponentIds);
        Assert.Throws<KeyNotFoundException>(() => catalog.Get("A"));
    }

    [Theory]
    [InlineData("0.0.0.0:4317", "127.0.0.1:4317")]
    [InlineData("[::]:0", "127.0.0.1:0")]
    [InlineData(":4318", "127.0.0.1:4318")]
    [InlineData("192.168.0.1:1", "127.0.0.1:1")]
    public void Loopback_only_moves_every_listener(string configured, string expected)
    {
        var moved = LoopbackOnly.Apply(new PipelineConfiguration
        {
            Receivers =
            [
                new OtlpReceiverOptions { ComponentId = "g", Grpc = new GrpcListenerOptions { Endpoint = configured } },
                new OtlpReceiverOptions { ComponentId = "h", Http = new HttpListenerOptions { Endpoint = configured } },
            ],
        });
        Assert.Equal(expected, moved.Receivers[0].Grpc!.Endpoint);
        Assert.Null(moved.Receivers[0].Http);
        Assert.Equal(expected, moved.Receivers[1].Http!.Endpoint);
    }
}
