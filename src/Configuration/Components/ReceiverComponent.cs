using OrleansLb.Configuration.Evaluation;
using OrleansLb.Configuration.Syntax;
using OrleansLb.Ingress.Receivers;
using OrleansLb.Otlp;

namespace OrleansLb.Configuration.Components;

/// <summary><c>otelcol.receiver.otlp</c></summary>
internal static class ReceiverComponent
{
    private static readonly string[] s_decompressors = ["", "gzip", "zstd", "zlib", "snappy", "deflate", "lz4"];

    public static BlockSchema<GrpcListenerOptions> Grpc { get; } = new BlockSchema<GrpcListenerOptions>(new GrpcListenerOptions())
        .Attribute("endpoint", ValueReaders.ListenAddress, (grpc, endpoint) => grpc with { Endpoint = endpoint })
        .Attribute("max_recv_msg_size", ValueReaders.NonNegativeSize, (grpc, size) => grpc with { MaxReceiveMessageSize = WholeMebibytes(size) })
        .Attribute("max_concurrent_streams", ValueReaders.NonNegative, (grpc, streams) => grpc with { MaxConcurrentStreams = streams })
        .Attribute("max_decompressed_size", PositiveSize, (grpc, size) => grpc with { MaxDecompressedSize = size })
        .Attribute("read_idle_timeout", ReadIdleTimeout, (grpc, time) => grpc with { ReadIdleTimeout = time })
        .NotSupported("transport", Readers.Text, "tcp")
        .NotSupported("read_buffer_size", Readers.Size, 512L << 10)
        .NotSupported("write_buffer_size", Readers.Size, 0L)
        .NotSupported("include_metadata", Readers.Boolean, false)
        .NotSupported("auth")
        .NotSupportedBlocks("tls", "keepalive");

    public static BlockSchema<HttpListenerOptions> Http { get; } = new BlockSchema<HttpListenerOptions>(new HttpListenerOptions())
        .Attribute("endpoint", ValueReaders.ListenAddress, (http, endpoint) => http with { Endpoint = endpoint })
        .Attribute("max_request_body_size", ValueReaders.NonNegativeSize, (http, size) => size == 0 ? http : http with { MaxRequestBodySize = size })
        .Attribute("max_decompressed_size", PositiveSize, (http, size) => http with { MaxDecompressedSize = size })
        .Attribute("read_idle_timeout", ReadIdleTimeout, (http, time) => http with { ReadIdleTimeout = time })
        .Attribute("traces_url_path", ReadPath("traces_url_path"), (http, path) => http with { TracesPath = path })
        .Attribute("logs_url_path", ReadPath("logs_url_path"), (http, path) => http with { LogsPath = path })
        .Attribute("metrics_url_path", ReadPath("metrics_url_path"), (http, path) => http with { MetricsPath = path })
        .NotSupported("compression_algorithms", Readers.TextList, list => list.AsSpan().SequenceEqual(s_decompressors))
        .NotSupported("include_metadata", Readers.Boolean, false)
        .NotSupported("keep_alives_enabled", Readers.Boolean, true)
        .NotSupported("idle_timeout", Readers.Duration, TimeSpan.FromMinutes(1))
        .NotSupported("read_header_timeout", Readers.Duration, TimeSpan.FromMinutes(1))
        .NotSupported("write_timeout", Readers.Duration, TimeSpan.FromSeconds(30))
        .NotSupported("read_timeout", Readers.Duration, TimeSpan.Zero)
        .NotSupported("auth")
        .NotSupportedBlocks("tls", "cors")
        .Check(http => http switch
        {
            { TracesPath.Length: 0 } => "traces_url_path cannot be empty",
            { LogsPath.Length: 0 } => "logs_url_path cannot be empty",
            { MetricsPath.Length: 0 } => "metrics_url_path cannot be empty",
            _ => null,
        });

    public static BlockSchema<Outputs> Output { get; } = new BlockSchema<Outputs>(new Outputs())
        .Attribute("traces", Readers.Consumers, (output, consumers) => output with { Traces = consumers })
        .Attribute("logs", Readers.Consumers, (output, consumers) => output with { Logs = consumers })
        .Attribute("metrics", Readers.Consumers, (output, consumers) => output with { Metrics = consumers });

    public static BlockSchema<Arguments> Schema { get; } = new BlockSchema<Arguments>(new Arguments())
        .Block("grpc", Grpc, (receiver, grpc) => receiver with { Grpc = grpc })
        .Block("http", Http, (receiver, http) => receiver with { Http = http })
        .Block("output", Output, (receiver, output) => receiver with { Output = output }, required: true)
        .Block("debug_metrics", DebugMetrics.Schema, (receiver, _) => receiver);

    public static ComponentDefinition Definition { get; } =
        new("otelcol.receiver.otlp", StabilityLevel.GenerallyAvailable, Build);

    private static Problem? Build(ComponentBlock block, DecodeContext context, PipelineDraft pipeline)
    {
        var decoded = Schema.Decode(block.Statement.Body, context);
        if (decoded.Problem is { } problem)
            return problem;

        var receiver = decoded.Value;
        pipeline.Receivers.Add(new OtlpReceiverOptions
        {
            ComponentId = block.Id,
            Grpc = receiver.Grpc,
            Http = receiver.Http,
            Traces = Wire(Signal.Traces, receiver.Output.Traces, pipeline),
            Logs = Wire(Signal.Logs, receiver.Output.Logs, pipeline),
            Metrics = Wire(Signal.Metrics, receiver.Output.Metrics, pipeline),
        });
        return null;
    }

    private static string[] Wire(Signal signal, ConsumerReference[] consumers, PipelineDraft pipeline)
    {
        pipeline.Wires.AddRange(consumers.Select(consumer => new SignalWire(signal, consumer)));
        return [.. consumers.Select(consumer => consumer.ComponentId)];
    }

    // The Collector counts this limit in whole MiB, and takes none of them for its default of 4.
    private static long WholeMebibytes(long size) => size >> 20 is var mebibytes and > 0 ? mebibytes << 20 : 4L << 20;

    private static Outcome<TimeSpan> ReadIdleTimeout(AlloyValue value) => ValueReaders.DurationUpTo(value, TimeSpan.FromDays(1));

    private static Outcome<long> PositiveSize(AlloyValue value)
    {
        var size = Readers.Size(value);
        return size.Problem is not null || size.Value > 0 ? size : Problem.At(value, "must be positive");
    }

    private static Reader<string> ReadPath(string name) => value =>
    {
        var path = Readers.Text(value);
        if (path.Problem is not null || path.Value.Length == 0)
            return path;
        return path.Value[0] == '/' && Uri.IsWellFormedUriString(path.Value, UriKind.Relative)
            ? path
            : new Problem(value.Origin, $"invalid {name}: {Quoting.Quote(path.Value)} is not an absolute URL path");
    };

    public sealed record Outputs
    {
        public ConsumerReference[] Traces { get; init; } = [];

        public ConsumerReference[] Logs { get; init; } = [];

        public ConsumerReference[] Metrics { get; init; } = [];
    }

    public sealed record Arguments
    {
        public GrpcListenerOptions? Grpc { get; init; }

        public HttpListenerOptions? Http { get; init; }

        public Outputs Output { get; init; } = new();
    }
}
