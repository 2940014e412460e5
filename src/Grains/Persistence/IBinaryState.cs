namespace OrleansLb.Grains.Persistence;

/// <summary>
/// A record that knows its own bytes: stores that ask for them keep it without a detour over a serializer. Other stores use theirs,
/// so the class carries <c>[GenerateSerializer]</c> as well.
/// </summary>
/// <remarks>
/// The bytes of an absent record and their version are up to the store; the version of the format is up to the record. Stores check the bytes
/// (see <see cref="CorruptStateException"/>): what <see cref="ReadFrom"/> gets is what <see cref="WriteTo"/> wrote, or the read ends in that exception.
/// </remarks>
/// <typeparam name="TSelf">The record itself.</typeparam>
public interface IBinaryState<TSelf>
    where TSelf : IBinaryState<TSelf>
{
    /// <summary>How many bytes <see cref="WriteTo"/> writes, exactly.</summary>
    int EncodedLength { get; }

    /// <summary>Writes the record; called before the store's write call returns, so the record may change once it has returned.</summary>
    /// <param name="destination">As many bytes as <see cref="EncodedLength"/> said; what they hold before is undefined.</param>
    void WriteTo(Span<byte> destination);

    /// <summary>Reads a record. The bytes are the store's and gone when this returns: the record copies what it keeps.</summary>
    /// <exception cref="CorruptStateException">The bytes are no such record, or one of a newer format.</exception>
    static abstract TSelf ReadFrom(ReadOnlySpan<byte> source);
}
