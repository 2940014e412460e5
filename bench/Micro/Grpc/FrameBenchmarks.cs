using BenchmarkDotNet.Attributes;
using OrleansLb.Otlp.Grpc;

namespace OrleansLb.Micro.Grpc;

/// <summary>What every gRPC call costs around its message: the frame header and the <c>grpc-timeout</c>.</summary>
[MemoryDiagnoser]
public class FrameBenchmarks
{
    private readonly byte[] _header = new byte[GrpcFrame.HeaderLength];
    private readonly TimeSpan _timeout = TimeSpan.FromSeconds(5);
    private readonly string _timeoutText = GrpcTimeout.Format(TimeSpan.FromSeconds(5));
    private uint _length = 318_000;

    /// <summary>Puts a header in front of a message.</summary>
    [Benchmark]
    public void WriteHeader() => GrpcFrame.WriteHeader(_header, compressed: true, ++_length);

    /// <summary>Reads a header.</summary>
    [Benchmark]
    public uint ReadHeader() => GrpcFrame.TryReadHeader(_header, out _, out uint length) ? length : 0;

    /// <summary>Five seconds as a header value.</summary>
    [Benchmark]
    public string FormatTimeout() => GrpcTimeout.Format(_timeout);

    /// <summary>The header value as five seconds.</summary>
    [Benchmark]
    public TimeSpan ParseTimeout() => GrpcTimeout.TryParse(_timeoutText, out var timeout) ? timeout : default;
}
