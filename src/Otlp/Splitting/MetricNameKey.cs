using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>The name of a metric is its identifier, bare.</summary>
internal sealed class MetricNameKey : ItemKey
{
    private bool _isMissing;

    public override bool IsMissing => _isMissing;

    public override bool TryIdentify(
        ReadOnlySpan<byte> request, int start, int end, uint attributesNumber, out ReadOnlySpan<byte> identifier, ref WireError error)
    {
        identifier = default;
        for (int position = start; position < end;)
        {
            if (!WireReader.TryRead(request, position, end, out var field, ref error))
                return false;
            if (field.Number == OtlpTags.MetricNameNumber)
            {
                if (field.Type != WireType.LengthDelimited)
                    return WireReader.WrongType(position, ref error);
                identifier = request[field.ValueStart..field.End];
            }

            position = field.End;
        }

        _isMissing = identifier.IsEmpty;
        return true;
    }
}
