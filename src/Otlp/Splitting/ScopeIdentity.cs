using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>Name and version of a scope, as slices of the request; of several occurrences the last counts.</summary>
internal struct ScopeIdentity
{
    public int NameStart;
    public int NameEnd;
    public int VersionStart;
    public int VersionEnd;

    /// <summary>Looks through one occurrence of the scope.</summary>
    public bool TryRead(ReadOnlySpan<byte> request, int start, int end, ref WireError error)
    {
        for (int position = start; position < end;)
        {
            if (!WireReader.TryRead(request, position, end, out var field, ref error))
                return false;
            if (field.Number <= OtlpTags.ScopeAttributesNumber && field.Type != WireType.LengthDelimited)
                return WireReader.WrongType(position, ref error);
            if (field.Number == OtlpTags.ScopeNameNumber)
                (NameStart, NameEnd) = (field.ValueStart, field.End);
            else if (field.Number == OtlpTags.ScopeVersionNumber)
                (VersionStart, VersionEnd) = (field.ValueStart, field.End);
            position = field.End;
        }

        return true;
    }
}
