using System.Globalization;
using System.Text;

namespace OrleansLb.Otlp.Wire;

/// <summary>Names the field of a request that holds a byte, by walking to it. For errors: those who find one only know where it is.</summary>
internal static class WirePath
{
    private enum Message
    {
        None,
        Request,
        ResourceEntry,
        ScopeEntry,
        Resource,
        Scope,
        Item,
        MetricData,
    }

    /// <summary>The path, as <c>resource_spans[0].scope_spans[2].spans[17].trace_id</c>, down to where a path makes sense; null when there is none.</summary>
    /// <param name="signal">What the request exports.</param>
    /// <param name="request">The request.</param>
    /// <param name="offset">Where in it: the start of a field, or what is wrong in its head.</param>
    public static string? Of(Signal signal, ReadOnlySpan<byte> request, int offset)
    {
        var path = new StringBuilder();
        var (message, start, end) = (Message.Request, 0, request.Length);
        while (message != Message.None && TryFind(request, start, end, offset, out var field, out int from))
        {
            var (name, isRepeated, inner) = Describe(signal, message, field.Number);
            path.Append(path.Length == 0 ? "" : ".").Append(name);
            if (isRepeated)
                path.Append(CultureInfo.InvariantCulture, $"[{CountBefore(request, start, from, field.Number)}]");
            if (offset == from || field.End < 0 || field.Type != WireType.LengthDelimited)
                break;
            (message, start, end) = (inner, field.ValueStart, field.End);
        }

        return path.Length == 0 ? null : path.ToString();
    }

    /// <summary>The field that the byte is in; of one that is damaged, at least its tag, and an end below zero.</summary>
    private static bool TryFind(ReadOnlySpan<byte> request, int start, int end, int offset, out WireField field, out int from)
    {
        field = default;
        var ignored = default(WireError);
        for (from = start; from < end && from <= offset; from = field.End)
        {
            if (!WireReader.TryRead(request, from, end, out field, ref ignored))
            {
                int position = from;
                bool hasTag = Varint.TryRead(request, ref position, end, out ulong tag, ref ignored) && tag is > 7 and <= uint.MaxValue;
                field = new WireField((uint)tag, position, -1);
                return hasTag;
            }

            if (offset < field.End)
                return true;
        }

        return false;
    }

    private static int CountBefore(ReadOnlySpan<byte> request, int start, int end, uint number)
    {
        int count = 0;
        var ignored = default(WireError);
        for (int position = start; position < end && WireReader.TryRead(request, position, request.Length, out var field, ref ignored); position = field.End)
            count += field.Number == number ? 1 : 0;
        return count;
    }

    private static (string Name, bool IsRepeated, Message Inner) Describe(Signal signal, Message message, uint number)
    {
        string children = signal switch
        {
            Signal.Traces => "spans",
            Signal.Logs => "logs",
            _ => "metrics",
        };
        return (message, number) switch
        {
            (Message.Request, 1) => ($"resource_{children}", true, Message.ResourceEntry),
            (Message.ResourceEntry, 1) => ("resource", false, Message.Resource),
            (Message.ResourceEntry, 2) => ($"scope_{children}", true, Message.ScopeEntry),
            (Message.ResourceEntry, OtlpTags.OldScopeEntriesNumber) => ($"instrumentation_library_{children}", true, Message.ScopeEntry),
            (Message.ScopeEntry, 1) => ("scope", false, Message.Scope),
            (Message.ScopeEntry, 2) => (signal == Signal.Logs ? "log_records" : children, true, Message.Item),
            (Message.ResourceEntry or Message.ScopeEntry, 3) => ("schema_url", false, Message.None),
            (Message.Resource, 1) or (Message.Scope, 3) => ("attributes", true, Message.None),
            (Message.Scope, 1) => ("name", false, Message.None),
            (Message.Scope, 2) => ("version", false, Message.None),
            (Message.MetricData, 1) => ("data_points", true, Message.None),
            (Message.MetricData, 2) => ("aggregation_temporality", false, Message.None),
            (Message.MetricData, 3) => ("is_monotonic", false, Message.None),
            (Message.Item, _) when NameInItem(signal, number) is { } name => (name, name is "attributes" or "events" or "links" or "metadata", DataOf(signal, number)),
            _ => (string.Create(CultureInfo.InvariantCulture, $"field {number}"), false, Message.None),
        };
    }

    private static Message DataOf(Signal signal, uint number) => signal == Signal.Metrics && OtlpTags.IsMetricData(number) ? Message.MetricData : Message.None;

    private static string? NameInItem(Signal signal, uint number) => signal switch
    {
        Signal.Traces => number switch
        {
            1 => "trace_id",
            2 => "span_id",
            3 => "trace_state",
            4 => "parent_span_id",
            5 => "name",
            6 => "kind",
            7 => "start_time_unix_nano",
            8 => "end_time_unix_nano",
            9 => "attributes",
            10 => "dropped_attributes_count",
            11 => "events",
            12 => "dropped_events_count",
            13 => "links",
            14 => "dropped_links_count",
            15 => "status",
            16 => "flags",
            _ => null,
        },
        Signal.Logs => number switch
        {
            1 => "time_unix_nano",
            2 => "severity_number",
            3 => "severity_text",
            5 => "body",
            6 => "attributes",
            7 => "dropped_attributes_count",
            8 => "flags",
            9 => "trace_id",
            10 => "span_id",
            11 => "observed_time_unix_nano",
            12 => "event_name",
            _ => null,
        },
        _ => number switch
        {
            1 => "name",
            2 => "description",
            3 => "unit",
            5 => "gauge",
            7 => "sum",
            9 => "histogram",
            10 => "exponential_histogram",
            11 => "summary",
            12 => "metadata",
            _ => null,
        },
    };
}
