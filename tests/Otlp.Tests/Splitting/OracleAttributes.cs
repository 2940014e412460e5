using System.Text;
using Google.Protobuf;
using OrleansLb.Otlp.Splitting;
using OrleansLb.OtlpModel;

namespace OrleansLb.Otlp.Tests.Splitting;

/// <summary>The composite identifier, on the object model.</summary>
internal sealed class OracleAttributes(SplitCase split, IEnumerable<string> names)
{
    public byte[] Identifier(Resource resource, InstrumentationScope scope, object item, IEnumerable<KeyValue> attributes)
    {
        var texts = names.Select(name => Find(name, resource, scope, item, attributes));
        if (split.Dialect == IdentifierDialect.Collector && split.Signal != Signal.Traces)
            texts = texts.OrderBy(found => found.Level);
        return Encoding.UTF8.GetBytes(string.Concat(texts.Select(found => found.Text)));
    }

    private static (int Level, string Text) Find(
        string name, Resource resource, InstrumentationScope scope, object item, IEnumerable<KeyValue> attributes)
    {
        if (First(resource.Attributes, name) is { } onResource)
            return (0, $"{name}={OracleIdentity.Text(onResource)}|");
        if (First(scope.Attributes, name) is { } onScope)
            return (1, $"{name}={OracleIdentity.Text(onScope)}|");
        string? field = (item, name) switch
        {
            (Span span, "span.kind") => (int)span.Kind <= 5 ? span.Kind.ToString() : "",
            (Span span, "span.name") => span.Name,
            (LogRecord record, "log.severity") => record.SeverityText,
            (LogRecord record, "log.body") => OracleIdentity.Text(record.Body ?? new AnyValue()),
            _ => null,
        };
        return (2, $"{name}={field ?? OracleIdentity.Text(First(attributes, name) ?? new AnyValue())}|");
    }

    private static AnyValue? First(IEnumerable<KeyValue> attributes, string name) =>
        attributes.FirstOrDefault(pair => pair.Key == name) is { } pair ? pair.Value ?? new AnyValue() : null;
}
