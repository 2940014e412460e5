using System.IO.Compression;
using BenchmarkDotNet.Attributes;
using OrleansLb.Otlp.Compression;
using OrleansLb.Otlp.Compression.Deflate;
using OrleansLb.Otlp.Identity;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Micro.Compression;

/// <summary>Compressing and decompressing the reference request, whole and the third of it that one of three backends gets.</summary>
[MemoryDiagnoser]
public class GzipBenchmarks
{
    private byte[] _message = [];
    private readonly byte[] _output = new byte[1 << 20];
    private byte[] _compressed = [];

    /// <summary>All traces of the request, 318 KB, or a third of them, 105 KB.</summary>
    [Params(TraceRequest.Traces, TraceRequest.Traces / 3)]
    public int Traces { get; set; }

    /// <summary>Compresses the message once.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _message = TraceRequest.Build(Traces);
        var encoded = GzipEncoder.Encode(PayloadPool.Shared, _message);
        _compressed = encoded.Message.ToArray();
        encoded.Release();
        Console.WriteLine($"// {_message.Length} bytes, compressed {_compressed.Length}, by the library {EncodeByLibrary()}");
    }

    /// <summary>What the exporter does.</summary>
    [Benchmark(Baseline = true)]
    public int Encode()
    {
        var payload = GzipEncoder.Encode(PayloadPool.Shared, _message);
        int length = payload.Length;
        payload.Release();
        return length;
    }

    /// <summary>The library's encoder at its fastest level, for comparison.</summary>
    [Benchmark]
    public long EncodeByLibrary()
    {
        using var output = new MemoryStream(_output);
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(_message);
        return output.Position;
    }

    /// <summary>The checksum that is part of encoding.</summary>
    [Benchmark]
    public uint Checksum() => Crc32.Hash(_message);

    /// <summary>What the receiver does.</summary>
    [Benchmark]
    public int Decode()
    {
        if (GzipDecoder.TryDecode(PayloadPool.Shared, _compressed, _message.Length, out var payload) != GzipResult.Ok)
            return -1;
        int length = payload!.Length;
        payload.Release();
        return length;
    }
}
