using BenchmarkDotNet.Attributes;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Splitting;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Micro.Splitting;

/// <summary>Counting, splitting and copying the reference request.</summary>
[MemoryDiagnoser]
public class SplitBenchmarks : IDisposable
{
    private readonly byte[] _request = TraceRequest.Build();
    private readonly SplitPlan _plan = SplitPlan.Rent();
    private readonly SplitPlan _filled = SplitPlan.Rent();
    private byte[] _destination = [];
    private ModuloRouter _router = new(1);

    /// <summary>Ring slots that hold a backend.</summary>
    [Params(3, 30, 300)]
    public int Slots { get; set; }

    /// <summary>Fills the plan that <see cref="CopyParts"/> copies.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _router = new ModuloRouter(Slots);
        _destination = new byte[_request.Length];
        Split(RoutingKey.TraceId, _filled);
    }

    /// <summary>What a receiver does with every request.</summary>
    [Benchmark]
    public int Count() => RequestScanner.TryCountItems(Signal.Traces, _request, out int items, out _) ? items : -1;

    /// <summary>Scan, route and lengths.</summary>
    [Benchmark]
    public int SplitByTraceId() => Split(RoutingKey.TraceId, _plan);

    /// <summary>Scan, route and lengths; no span is looked into.</summary>
    [Benchmark]
    public int SplitByService() => Split(RoutingKey.Service, _plan);

    /// <summary>Writing all parts of the split by trace ID.</summary>
    [Benchmark]
    public int CopyParts()
    {
        for (int i = 0; i < _filled.PartCount; i++)
            _filled.CopyPart(i, _request, _destination);
        return _filled.PartCount;
    }

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _plan.Dispose();
        _filled.Dispose();
        GC.SuppressFinalize(this);
    }

    private int Split(RoutingKey key, SplitPlan plan) =>
        RequestSplitter.TrySplit(Signal.Traces, key, IdentifierDialect.CoLocated, _request, _router, plan, out _) ? plan.PartCount : -1;
}
