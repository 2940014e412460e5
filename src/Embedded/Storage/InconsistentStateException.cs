using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>The store has another version of a record than the grain. The activation that gets it is ended, so that the next one reads anew.</summary>
public class InconsistentStateException : OrleansException
{
    /// <summary>An exception that says nothing.</summary>
    public InconsistentStateException()
    {
    }

    /// <summary>An exception with a message.</summary>
    public InconsistentStateException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and a cause.</summary>
    public InconsistentStateException(string message, Exception? innerException)
        : base(message, innerException!)
    {
    }

    /// <summary>Names both versions.</summary>
    public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag)
        : base(errorMsg)
    {
        StoredEtag = storedEtag;
        CurrentEtag = currentEtag;
    }

    /// <summary>The store's version.</summary>
    public string? StoredEtag { get; private set; }

    /// <summary>The grain's version.</summary>
    public string? CurrentEtag { get; private set; }
}
