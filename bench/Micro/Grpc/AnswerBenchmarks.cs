using BenchmarkDotNet.Attributes;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Micro.Grpc;

/// <summary>How calls end: the status message, the status details with a RetryInfo, and the export response.</summary>
[MemoryDiagnoser]
public class AnswerBenchmarks
{
    private readonly string _plainText = "the queue of the exporter is full, try again later";
    private readonly string _specialText = "the queue is 100% full – try again later";
    private readonly byte[] _fullResponse = [];
    private readonly PartialSuccess _partial = new(17, "17 spans are too old");
    private GrpcStatus _status;
    private string _escaped = "";
    private byte[] _details = [];
    private byte[] _partialResponse = [];

    /// <summary>Encodes what the decoders read.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _status = new GrpcStatus(GrpcStatusCode.Unavailable, _plainText, TimeSpan.FromSeconds(2.5));
        _escaped = GrpcMessage.Encode(_specialText);
        _details = RpcStatus.Encode(_status);
        _partialResponse = ExportResponse.Encode(_partial);
    }

    /// <summary>A <c>grpc-message</c> of plain ASCII.</summary>
    [Benchmark]
    public string EncodePlainMessage() => GrpcMessage.Encode(_plainText);

    /// <summary>A <c>grpc-message</c> with two characters to escape.</summary>
    [Benchmark]
    public string EncodeEscapedMessage() => GrpcMessage.Encode(_specialText);

    /// <summary>The same, back.</summary>
    [Benchmark]
    public string DecodeEscapedMessage() => GrpcMessage.Decode(_escaped);

    /// <summary>UNAVAILABLE with a message and a delay, as <c>grpc-status-details-bin</c>.</summary>
    [Benchmark]
    public string EncodeStatusDetails() => GrpcBinaryHeader.Encode(RpcStatus.Encode(_status));

    /// <summary>Its bytes, back.</summary>
    [Benchmark]
    public GrpcStatus DecodeStatusDetails() => RpcStatus.TryDecode(_details, out var status) ? status : default;

    /// <summary>A partial success.</summary>
    [Benchmark]
    public byte[] EncodePartialSuccess() => ExportResponse.Encode(_partial);

    /// <summary>The same, back.</summary>
    [Benchmark]
    public PartialSuccess? DecodePartialSuccess() => ExportResponse.TryDecode(_partialResponse, out var partial) ? partial : null;

    /// <summary>Full success: what nearly every call answers.</summary>
    [Benchmark]
    public bool DecodeFullSuccess() => ExportResponse.TryDecode(_fullResponse, out var partial) && partial is null;
}
