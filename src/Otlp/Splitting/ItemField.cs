using OrleansLb.Otlp.Identity;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>The fields of a span or log record that pseudo attributes stand for.</summary>
internal static class ItemField
{
    /// <summary>The pseudo attribute that a name is for a signal.</summary>
    public static PseudoAttribute Of(Signal signal, ReadOnlySpan<byte> name) => signal switch
    {
        Signal.Traces when name.SequenceEqual("span.kind"u8) => PseudoAttribute.SpanKind,
        Signal.Traces when name.SequenceEqual("span.name"u8) => PseudoAttribute.SpanName,
        Signal.Logs when name.SequenceEqual("log.severity"u8) => PseudoAttribute.LogSeverity,
        Signal.Logs when name.SequenceEqual("log.body"u8) => PseudoAttribute.LogBody,
        _ => PseudoAttribute.None,
    };

    /// <summary>The number of the field, zero for none.</summary>
    public static uint Number(PseudoAttribute attribute) => attribute switch
    {
        PseudoAttribute.SpanKind => OtlpTags.SpanKindNumber,
        PseudoAttribute.SpanName => OtlpTags.SpanNameNumber,
        PseudoAttribute.LogSeverity => OtlpTags.SeverityTextNumber,
        PseudoAttribute.LogBody => OtlpTags.BodyNumber,
        _ => 0,
    };

    /// <summary>Reads one occurrence of the field; the last one counts, bodies merge.</summary>
    public static bool TryRead(
        PseudoAttribute attribute, ReadOnlySpan<byte> request, int position, in WireField field, ref AnyValue value, ref WireError error)
    {
        bool isKind = attribute == PseudoAttribute.SpanKind;
        if (field.Type != (isKind ? WireType.Varint : WireType.LengthDelimited))
            return WireReader.WrongType(position, ref error);
        if (attribute == PseudoAttribute.LogBody)
            return value.TryMerge(request, field.ValueStart, field.End, ref error);

        value = new AnyValue { Kind = isKind ? AnyValueKind.Int : AnyValueKind.String, Start = field.ValueStart, End = field.End };
        return true;
    }

    /// <summary>The text of a span's kind; without one it is unspecified.</summary>
    public static ReadOnlySpan<byte> KindText(ReadOnlySpan<byte> request, in AnyValue kind) => (kind.Kind == AnyValueKind.Empty ? 0 : kind.ReadVarint(request)) switch
    {
        0 => "Unspecified"u8,
        1 => "Internal"u8,
        2 => "Server"u8,
        3 => "Client"u8,
        4 => "Producer"u8,
        5 => "Consumer"u8,
        _ => default,
    };
}
