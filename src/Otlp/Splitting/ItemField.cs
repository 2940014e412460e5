using OrleansLb.Otlp.Identity;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>The fields of a span or log record that pseudo attributes stand for.</summary>
internal static class ItemField
{
    private const int KindTextRoom = 12;

    /// <summary>The texts of all kinds of spans, with room behind them to copy each as a block.</summary>
    public static ReadOnlySpan<byte> KindTexts => "Unspecified Internal    Server      Client      Producer    Consumer                                                            "u8;

    private static ReadOnlySpan<byte> KindTextLengths => [11, 8, 6, 6, 8, 8];

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

    /// <summary>The text of a span's kind, a slice of <see cref="KindTexts"/>; without a kind it is unspecified, and an unknown one has none.</summary>
    public static void FindKindText(ReadOnlySpan<byte> request, in AnyValue kind, out int start, out int end)
    {
        ulong number = kind.Kind == AnyValueKind.Empty ? 0 : kind.ReadVarint(request);
        var lengths = KindTextLengths;
        start = number < (ulong)lengths.Length ? (int)number * KindTextRoom : 0;
        end = start + (number < (ulong)lengths.Length ? lengths[(int)number] : 0);
    }
}
