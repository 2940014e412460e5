namespace OrleansLb.Storage;

/// <summary>A store cannot be used as it is configured or as it was found; nothing of it was changed. The message is for the operator.</summary>
public sealed class StorageOpenException : Exception
{
    /// <summary>An exception that says nothing.</summary>
    public StorageOpenException()
        : this("The store cannot be opened.")
    {
    }

    /// <summary>An exception with a message.</summary>
    public StorageOpenException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and a cause.</summary>
    public StorageOpenException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
