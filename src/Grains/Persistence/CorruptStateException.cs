namespace OrleansLb.Grains.Persistence;

/// <summary>
/// A stored record is there but not as it was written: its checksum does not fit, or its bytes make no record. Reading it again does
/// not help; other records of the store are not touched by it. When a read ends so and the store can still tell the record's version,
/// it is in the ETag, so that the record can be cleared or written anew; a record that knows its own bytes (<see cref="IBinaryState{TSelf}"/>)
/// then holds the bytes that were found.
/// </summary>
public class CorruptStateException : Exception
{
    /// <summary>An exception that says nothing.</summary>
    public CorruptStateException()
        : this("A stored record is corrupt.")
    {
    }

    /// <summary>An exception with a message.</summary>
    public CorruptStateException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and a cause.</summary>
    public CorruptStateException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
