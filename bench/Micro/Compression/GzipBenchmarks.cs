using BenchmarkDotNet.Attributes;
using OrleansLb.Micro.Splitting;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Compression;
using OrleansLb.Otlp.Memory;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Micro.Compression;

/// <summary>Compressing and decompressing the reference request, and the part of it that one of three backends gets.</summary>
[MemoryDiagnoser]
public class GzipBenchmarks
{
    private byte[] _message = [];
    private byte[] _compressed = [];

    /// <summary>One: the whole request, 318 KB. Three: a third of its traces, 106 KB.</summary>
    [Params(1, 3)]
    public int Backends { get; set; }

    /// <summary>Cuts the message and compresses it once.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        byte[] request = TraceRequest.Build();
        using var plan = SplitPlan.Rent();
        if (!RequestSplitter.TrySplit(
            Signal.Traces, RoutingKey.TraceId, IdentifierDialect.CoLocated, request, new ModuloRouter(Backends), plan, out var error))
            throw new InvalidOperationException(error.ToString());
        _message = new byte[plan.Part(0).Length];
        plan.CopyPart(0, request, _message);

        var encoded = GzipEncoder.Encode(PayloadPool.Shared, _message);
        _compressed = encoded.Message.ToArray();
        encoded.Release();
        Console.WriteLine($"// {_message.Length} bytes, compressed {_compressed.Length}");
    }

    /// <summary>At the level that the exporter uses.</summary>
    [Benchmark]
    public int Encode()
    {
        var payload = GzipEncoder.Encode(PayloadPool.Shared, _message);
        int length = payload.Length;
        payload.Release();
        return length;
    }

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
