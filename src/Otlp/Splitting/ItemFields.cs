using OrleansLb.Otlp.Identity;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>The fields of a span or log record that pseudo attributes stand for.</summary>
internal struct ItemFields
{
    private AnyValue _text;
    private AnyValue _body;
    private ulong _kind;

    /// <summary>The pseudo attribute that a name is for a signal.</summary>
    public static PseudoAttribute Of(Signal signal, ReadOnlySpan<byte> name) => signal switch
    {
        Signal.Traces when name.SequenceEqual("span.kind"u8) => PseudoAttribute.SpanKind,
        Signal.Traces when name.SequenceEqual("span.name"u8) => PseudoAttribute.SpanName,
        Signal.Logs when name.SequenceEqual("log.severity"u8) => PseudoAttribute.LogSeverity,
        Signal.Logs when name.SequenceEqual("log.body"u8) => PseudoAttribute.LogBody,
        _ => PseudoAttribute.None,
    };

    /// <summary>Takes one field of an item, if it is one of those.</summary>
    public bool TryTake(Signal signal, ReadOnlySpan<byte> request, int position, WireField field, ref WireError error)
    {
        bool isText = field.Number == (signal == Signal.Traces ? OtlpTags.SpanNameNumber : OtlpTags.SeverityTextNumber);
        bool isBody = signal == Signal.Logs && field.Number == OtlpTags.BodyNumber;
        bool isKind = signal == Signal.Traces && field.Number == OtlpTags.SpanKindNumber;
        if ((isText || isBody) && field.Type != WireType.LengthDelimited)
            return WireReader.WrongType(position, ref error);
        if (isKind && field.Type != WireType.Varint)
            return WireReader.WrongType(position, ref error);

        if (isText)
            _text = new AnyValue { Kind = AnyValueKind.String, Start = field.ValueStart, End = field.End };
        else if (isKind)
            _kind = new AnyValue { Start = field.ValueStart, End = field.End }.ReadVarint(request);
        else if (isBody)
            return _body.TryMerge(request, field.ValueStart, field.End, ref error);
        return true;
    }

    /// <summary>Appends the text of a pseudo attribute.</summary>
    public readonly bool TryAppend(
        PseudoAttribute attribute, IdentifierBuffer buffer, ReadOnlySpan<byte> request, AttributeList scratch, ref WireError error)
    {
        if (attribute == PseudoAttribute.SpanKind)
        {
            buffer.Append(KindText(_kind));
            return true;
        }

        return AttributeText.TryAppend(buffer, request, attribute == PseudoAttribute.LogBody ? _body : _text, scratch, ref error);
    }

    private static ReadOnlySpan<byte> KindText(ulong kind) => kind switch
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
