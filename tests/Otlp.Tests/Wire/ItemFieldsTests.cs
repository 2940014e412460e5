using Google.Protobuf.Reflection;
using OrleansLb.Otlp.Splitting;
using OrleansLb.Otlp.Wire;
using OrleansLb.OtlpModel;

namespace OrleansLb.Otlp.Tests.Wire;

/// <summary>What the walks think of an item's fields is what the independent model's descriptors say.</summary>
public sealed class ItemFieldsTests
{
    private const uint Stop = 15;

    [Fact]
    public void Every_field_of_a_span_has_its_wire_type_and_its_length() => Check<SpanTraceId>(Span.Descriptor);

    [Fact]
    public void Every_field_of_a_log_record_has_its_wire_type_and_its_length() => Check<LogRecordTraceId>(LogRecord.Descriptor);

    [Fact]
    public void A_metric_is_mistyped_where_the_model_says_so()
    {
        for (uint number = 1; number < 30; number++)
        {
            bool isKnown = Metric.Descriptor.FindFieldByNumber((int)number) is not null;
            Assert.False(ItemFields.IsMistypedInMetric(new WireField((number << 3) | WireType.LengthDelimited, 0, 0)));
            Assert.Equal(isKnown, ItemFields.IsMistypedInMetric(new WireField((number << 3) | WireType.Varint, 0, 0)));
        }
    }

    [Fact]
    public void A_metrics_data_is_mistyped_where_the_model_says_so()
    {
        foreach (uint kind in (uint[])[MetricKind.Gauge, MetricKind.Sum, MetricKind.Histogram, MetricKind.ExponentialHistogram, MetricKind.Summary])
        {
            var data = Metric.Descriptor.FindFieldByNumber((int)kind).MessageType;
            for (uint number = 1; number < 10; number++)
            {
                foreach (uint type in (uint[])[WireType.Varint, WireType.Fixed64, WireType.LengthDelimited, WireType.Fixed32])
                {
                    bool isMistyped = data.FindFieldByNumber((int)number) is { } field && TypeOf(field) != type;
                    Assert.Equal(isMistyped, ItemFields.IsMistypedInData(kind, new WireField((number << 3) | type, 0, 0)));
                }
            }
        }
    }

    private static void Check<TField>(MessageDescriptor message)
        where TField : struct, ITraceIdField
    {
        for (uint number = 0; number < 40; number++)
        {
            var field = message.FindFieldByNumber((int)number);
            uint type = field is null ? ItemFields.Any : TypeOf(field);
            int length = field?.Name switch { "trace_id" => 16, "span_id" or "parent_span_id" => 8, _ => 0 };

            Assert.Equal((number, type, length), (number, TField.TypeOf(number), TField.IdLengthOf(number)));
            if (number < 16)
                Assert.Equal((number, field is null || length > 0 ? Stop : type), (number, (uint)(TField.Plain >> (int)(4 * number)) & 15));
        }
    }

    private static uint TypeOf(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Fixed64 or FieldType.Double or FieldType.SFixed64 => WireType.Fixed64,
        FieldType.Fixed32 or FieldType.Float => WireType.Fixed32,
        FieldType.Bytes or FieldType.String or FieldType.Message => WireType.LengthDelimited,
        _ => WireType.Varint,
    };
}
