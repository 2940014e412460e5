using Microsoft.Extensions.Logging;
using OrleansLb.Grains.Options;
using OrleansLb.Ingress.Pipeline;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Splitting;
using static OrleansLb.Configuration.Tests.Configurations;

namespace OrleansLb.Configuration.Tests.Components;

/// <summary>The defaults are Alloy's, from its reference pages, written out once more.</summary>
public sealed class DefaultsTests
{
    [Fact]
    public void A_load_balancer_has_Alloys_defaults()
    {
        var balancer = Assert.Single(Valid(Balancer()).LoadBalancers);

        Assert.Equal("otelcol.exporter.loadbalancing.lb", balancer.ComponentId);
        Assert.Equal(RoutingKey.TraceId, balancer.RoutingKey);
        Assert.Equal(RingKind.Partitions, balancer.Ring);
        Assert.Equal(TimeSpan.FromSeconds(5), balancer.Timeout);
        Assert.Equal(new QueueOptions { Enabled = true, Consumers = 10, Size = 1000, BlockOnOverflow = false }, balancer.Queue);
        Assert.Equal(
            new RetryOptions
            {
                Enabled = true,
                InitialInterval = TimeSpan.FromSeconds(5),
                RandomizationFactor = 0.5,
                Multiplier = 1.5,
                MaxInterval = TimeSpan.FromSeconds(30),
                MaxElapsedTime = TimeSpan.FromMinutes(5),
            },
            balancer.Retry);
        Assert.False(balancer.Client.Insecure);
        Assert.Equal(ContentCoding.Gzip, balancer.Client.Compression);
        Assert.Empty(balancer.Client.Headers);
    }

    [Fact]
    public void Empty_queue_and_retry_blocks_mean_the_defaults()
    {
        var plain = Assert.Single(Valid(Balancer()).LoadBalancers);
        var empty = Assert.Single(Valid(Balancer(otlp: "queue {}\nretry {}")).LoadBalancers);

        Assert.Equal(plain.Queue, empty.Queue);
        Assert.Equal(plain.Retry, empty.Retry);
    }

    [Fact]
    public void A_batch_has_Alloys_defaults_and_not_the_Collectors()
    {
        Assert.Null(Assert.Single(Valid(Balancer()).LoadBalancers).Queue.Batch);

        var batch = Assert.Single(Valid(Balancer(otlp: "queue {\nbatch {}\n}")).LoadBalancers).Queue.Batch;

        Assert.Equal(
            new BatchOptions { FlushTimeout = TimeSpan.FromMilliseconds(200), MinSize = 2000, MaxSize = 3000, Sizer = OrleansLb.Otlp.Batching.ItemSizer.Items }, batch);
    }

    [Theory]
    [InlineData("dns { hostname = \"h\" }")]
    [InlineData("dns {\nhostname = \"h\"\nport = null\ninterval = \"0s\"\ntimeout = 0\n}")]
    public void The_dns_resolver_has_Alloys_defaults(string resolver)
    {
        var dns = Assert.IsType<ResolverOptions.Dns>(Assert.Single(Valid(Balancer(resolver: resolver)).LoadBalancers).Resolver);

        Assert.Equal(("h", "4317"), (dns.Hostname, dns.Port));
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1)), (dns.Interval, dns.Timeout));
    }

    [Fact]
    public void A_receiver_has_Alloys_defaults()
    {
        var receiver = Assert.Single(Valid("otelcol.receiver.otlp \"in\" {\ngrpc {}\nhttp {}\noutput {}\n}").Receivers);

        Assert.Equal("0.0.0.0:4317", receiver.Grpc!.Endpoint);
        Assert.Equal(4L << 20, receiver.Grpc.MaxReceiveMessageSize);
        Assert.Equal(64L << 20, receiver.Grpc.MaxDecompressedSize);
        Assert.Equal(0, receiver.Grpc.MaxConcurrentStreams);
        Assert.Equal("0.0.0.0:4318", receiver.Http!.Endpoint);
        Assert.Equal(20L << 20, receiver.Http.MaxRequestBodySize);
        Assert.Null(receiver.Http.MaxDecompressedSize);
        Assert.Equal(
            ("/v1/traces", "/v1/logs", "/v1/metrics"),
            (receiver.Http.TracesPath, receiver.Http.LogsPath, receiver.Http.MetricsPath));
        Assert.Empty(receiver.Traces.Concat(receiver.Logs).Concat(receiver.Metrics));
    }

    [Fact]
    public void An_absent_listener_is_not_started()
    {
        var receiver = Assert.Single(Valid("otelcol.receiver.otlp \"in\" { output {} }").Receivers);

        Assert.Null(receiver.Grpc);
        Assert.Null(receiver.Http);
    }

    [Theory]
    [InlineData("otelcol.exporter.debug", DebugVerbosity.Basic, 2, 1)]
    [InlineData("otelcol.exporter.logging", DebugVerbosity.Normal, 2, 500)]
    public void Both_names_of_the_debug_exporter_have_their_defaults(string name, DebugVerbosity verbosity, int initial, int thereafter)
    {
        var debug = Assert.Single(Valid($"{name} \"d\" {{}}").DebugExporters);

        Assert.Equal((verbosity, initial, thereafter), (debug.Verbosity, debug.SamplingInitial, debug.SamplingThereafter));
    }

    [Fact]
    public void The_log_has_Alloys_defaults()
    {
        Assert.Equal((LogLevel.Information, LogFormat.Logfmt), (Valid("").Logging.Level, Valid("").Logging.Format));
        var logging = Valid("logging {\nlevel = \"debug\"\nformat = \"json\"\n}").Logging;
        Assert.Equal((LogLevel.Debug, LogFormat.Json), (logging.Level, logging.Format));
    }
}
