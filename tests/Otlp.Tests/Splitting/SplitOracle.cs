using System.Collections;
using System.Text;
using Google.Protobuf;
using OrleansLb.Otlp.Splitting;
using OrleansLb.OtlpModel;

namespace OrleansLb.Otlp.Tests.Splitting;

/// <summary>The split done slowly on the object model: what each slot must get.</summary>
internal sealed class SplitOracle
{
    private readonly SplitCase _case;
    private readonly HashRouter _router;
    private readonly Queue<byte[]> _drawn;

    /// <param name="split">The case.</param>
    /// <param name="asked">What the splitter asked its router: records without a trace ID get identifiers that only it knows.</param>
    public SplitOracle(SplitCase split, HashRouter asked)
    {
        _case = split;
        _router = new HashRouter(split.Slots);
        byte[] zeros = split.Dialect == IdentifierDialect.Collector ? Encoding.ASCII.GetBytes(new string('0', 24)) : new byte[12];
        bool drawsKeys = split.Signal == Signal.Logs && split.Key == RoutingKey.TraceId;
        _drawn = new Queue<byte[]>(asked.Asked.Where(id => drawsKeys && id.Length >= 16 && id.AsSpan().EndsWith(zeros)));
    }

    private bool ByPoint => _case is { Signal: Signal.Metrics, Key: RoutingKey.StreamId or RoutingKey.Attributes };

    private bool ByEntry => _case.Key is RoutingKey.Service or RoutingKey.Resource && !IsServiceOfCollectorsTraces;

    private bool IsServiceOfCollectorsTraces =>
        _case is { Key: RoutingKey.Service, Dialect: IdentifierDialect.Collector, Signal: Signal.Traces };

    /// <summary>How many items of the last request were found without their key.</summary>
    public int MissingKeyItems { get; private set; }

    public Dictionary<int, IMessage> Parts(byte[] request)
    {
        MissingKeyItems = 0;
        var original = OtlpMessages.Parse(_case.Signal, request);
        var owners = new List<int>();
        foreach (object entry in OtlpMessages.Entries(original))
        {
            foreach (object scope in OtlpMessages.Children(entry))
            {
                var firstSpans = new Dictionary<string, (int Slot, bool IsMissing)>();
                foreach (object element in OtlpMessages.Children(scope))
                {
                    foreach (object item in ItemsOf(element))
                    {
                        byte[] identifier = Identifier(OtlpMessages.ResourceOf(entry), OtlpMessages.ScopeOf(scope), element, item);
                        var owner = (Slot: _router.SlotOf(identifier), IsMissing: IsMissing(OtlpMessages.ResourceOf(entry), OtlpMessages.ScopeOf(scope), element, item));
                        if (item is Span span && _case is { Key: RoutingKey.Attributes or RoutingKey.Service, Dialect: IdentifierDialect.Collector })
                        {
                            string trace = span.TraceId.All(b => b == 0) ? "" : span.TraceId.ToBase64();
                            owner = firstSpans.TryAdd(trace, owner) ? owner : firstSpans[trace];
                        }

                        owners.Add(owner.Slot);
                        if (owner.IsMissing)
                            MissingKeyItems += item is Metric metric ? OtlpMessages.ItemsIn(metric) : 1;
                    }
                }
            }
        }

        return owners.Distinct().ToDictionary(slot => slot, slot => Keep(OtlpMessages.Clone(original), owners, slot));
    }

    /// <summary>What is dealt out of an element: itself, or its points; a metric without points stands for itself.</summary>
    private object[] ItemsOf(object element) =>
        ByPoint && OtlpMessages.Points((Metric)element) is { Count: > 0 } points ? Copy(points) : [element];

    private byte[] Identifier(Resource resource, InstrumentationScope scope, object element, object item) => _case.Key switch
    {
        RoutingKey.TraceId => TraceId(item),
        RoutingKey.Service when IsServiceOfCollectorsTraces =>
            new OracleAttributes(_case, ["service.name"]).Identifier(resource, scope, item, OtlpMessages.AttributesOf(item)),
        RoutingKey.Service => Service(resource),
        RoutingKey.Resource => OracleIdentity.Resource(resource),
        RoutingKey.Metric => Encoding.UTF8.GetBytes(((Metric)element).Name),
        RoutingKey.StreamId when _case.Dialect == IdentifierDialect.CoLocated =>
            OracleIdentity.Series(resource, scope, (Metric)element, OtlpMessages.AttributesOf(item)),
        RoutingKey.StreamId => OracleIdentity.Stream(resource, scope, (Metric)element, OtlpMessages.AttributesOf(item)),
        _ => new OracleAttributes(_case, _case.AttributeNames()).Identifier(resource, scope, item, OtlpMessages.AttributesOf(item)),
    };

    private bool IsMissing(Resource resource, InstrumentationScope scope, object element, object item) => _case.Key switch
    {
        RoutingKey.TraceId => (item is Span span ? span.TraceId : ((LogRecord)item).TraceId).All(b => b == 0),
        RoutingKey.Service when IsServiceOfCollectorsTraces => !HasAny(["service.name"], resource, scope, item),
        RoutingKey.Service => resource.Attributes.FirstOrDefault(pair => pair.Key == "service.name")?.Value is not { HasStringValue: true },
        RoutingKey.Metric => ((Metric)element).Name.Length == 0,
        RoutingKey.Attributes => !HasAny(_case.AttributeNames(), resource, scope, item),
        _ => false,
    };

    private bool HasAny(string[] names, Resource resource, InstrumentationScope scope, object item)
    {
        string[] fields = _case.Signal switch
        {
            Signal.Traces => ["span.kind", "span.name"],
            Signal.Logs => ["log.severity", "log.body"],
            _ => [],
        };
        var keys = resource.Attributes.Concat(scope.Attributes).Concat(OtlpMessages.AttributesOf(item)).Select(pair => pair.Key);
        return names.Intersect(fields.Concat(keys)).Any();
    }

    /// <summary>Takes out what other slots own, and what is left without items.</summary>
    private IMessage Keep(IMessage request, List<int> owners, int slot)
    {
        int next = 0;
        foreach (var entry in Copy(OtlpMessages.Entries(request)))
        {
            bool owned = false;
            foreach (var scope in Copy(OtlpMessages.Children(entry)))
            {
                foreach (var element in Copy(OtlpMessages.Children(scope)))
                {
                    bool kept = false;
                    foreach (var item in ItemsOf(element))
                    {
                        if (owners[next++] == slot)
                            kept = true;
                        else if (!ReferenceEquals(item, element))
                            RemoveSame(OtlpMessages.Points((Metric)element), item);
                    }

                    owned |= kept;
                    if (!kept)
                        RemoveSame(OtlpMessages.Children(scope), element);
                }

                // An entry that goes whole travels as it is, scopes without items included.
                if (OtlpMessages.Children(scope).Count == 0 && !ByEntry)
                    RemoveSame(OtlpMessages.Children(entry), scope);
            }

            if (!owned)
                RemoveSame(OtlpMessages.Entries(request), entry);
        }

        return request;
    }

    private byte[] TraceId(object item)
    {
        byte[] id = item is Span span ? span.TraceId.ToByteArray() : ((LogRecord)item).TraceId.ToByteArray();
        if (item is Span)
            return id.Length == 0 ? new byte[16] : id;
        if (id.All(b => b == 0))
            return _drawn.Dequeue();
        byte[] identifier = _case.Dialect == IdentifierDialect.Collector ? Encoding.ASCII.GetBytes(Convert.ToHexStringLower(id)) : id;

        // an ID of the request that looks like a drawn one is not for a record without
        if (_drawn.TryPeek(out byte[]? next) && next.AsSpan().SequenceEqual(identifier))
            _drawn.Dequeue();
        return identifier;
    }

    private static byte[] Service(Resource resource)
    {
        var value = resource.Attributes.FirstOrDefault(pair => pair.Key == "service.name")?.Value;
        return value is { HasStringValue: true } ? Encoding.UTF8.GetBytes(value.StringValue) : [];
    }

    private static object[] Copy(IList list) => [.. list.Cast<object>()];

    private static void RemoveSame(IList list, object item)
    {
        for (int i = 0; i < list.Count; i++)
        {
            if (ReferenceEquals(list[i], item))
            {
                list.RemoveAt(i);
                return;
            }
        }
    }
}
