namespace OrleansLb.Silo.Load;

/// <summary>Lays traces out over requests, resources and scopes as SDKs and agents do.</summary>
internal sealed class TraceBatchBuilder(TraceLoadOptions options, Random random)
{
    private const int Scopes = 2;

    // Spans end, and are exported, in the order of time: those of a few dozen traces are interleaved.
    private const double Interleaving = 16;

    private readonly SpanModel _model = new(random, options.AttributesPerSpan);

    /// <summary>The ExportTraceServiceRequests that hold <paramref name="traces"/> traces.</summary>
    public WireMessage[] Build(int traces)
    {
        var spans = new List<PlacedSpan>();
        for (int trace = 0; trace < traces; trace++)
            AddTrace(spans, trace);
        spans.Sort((a, b) => a.Time.CompareTo(b.Time));

        var requests = new WireMessage[options.RequestsPerTrace];
        for (int i = 0; i < requests.Length; i++)
            requests[i] = Request(spans.Where(s => s.Request == i).ToLookup(s => (s.Service, s.Scope)));
        return requests;
    }

    private void AddTrace(List<PlacedSpan> spans, int trace)
    {
        var ids = new List<byte[]>();
        for (int i = 0; i < options.SpansPerTrace; i++)
        {
            byte[] id = new byte[8];
            random.NextBytes(id);
            byte[] parent = i == 0 ? [] : ids[random.Next(ids.Count)];
            ids.Add(id);

            // The root is the gateway's; the others visit all services in turn, from a random one on.
            int service = i == 0 ? 0 : (trace + i) % options.Resources;
            int scope = i == 0 ? 0 : random.Next(Scopes);
            spans.Add(new PlacedSpan(
                Request: i % options.RequestsPerTrace,
                Service: service,
                Scope: scope,
                Time: trace + random.NextDouble() * Interleaving,
                Message: _model.Span(trace, id, parent, scope)));
        }
    }

    private WireMessage Request(ILookup<(int Service, int Scope), PlacedSpan> spans)
    {
        var request = new WireMessage();
        for (int service = 0; service < options.Resources; service++)
        {
            var resourceSpans = new WireMessage().Nested(1, options.Services == 0 ? _model.Resource(service) : _model.NumberedResource());
            for (int scope = 0; scope < Scopes; scope++)
                AddScope(resourceSpans, scope, spans[(service, scope)]);
            request.Nested(1, resourceSpans);
        }
        return request;
    }

    private static void AddScope(WireMessage resourceSpans, int scope, IEnumerable<PlacedSpan> spans)
    {
        var scopeSpans = new WireMessage().Nested(1, SpanModel.Scope(scope));
        foreach (var span in spans)
            scopeSpans.Nested(2, span.Message);
        resourceSpans.Nested(2, scopeSpans.String(3, "https://opentelemetry.io/schemas/1.37.0"));
    }

    private sealed record PlacedSpan(int Request, int Service, int Scope, double Time, WireMessage Message);
}
