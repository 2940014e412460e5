namespace OrleansLb.Grains.Persistence;

/// <summary>
/// A store cannot do what it was asked for now: the disk is full, the database is gone, it is locked or the store is closing. Nothing is known to
/// be wrong with the record, and the same call may succeed later. After a write or clear that ends so, the record may be
/// in its old or its new form; the next call tells by its version.
/// </summary>
public class StorageUnavailableException : Exception
{
    /// <summary>An exception that says nothing.</summary>
    public StorageUnavailableException()
        : this("The store is not available.")
    {
    }

    /// <summary>An exception with a message.</summary>
    public StorageUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and a cause.</summary>
    public StorageUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
