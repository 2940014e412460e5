namespace OrleansLb.Clustering.Hosting;

/// <summary>The process cannot become a member of its cluster. The message is for the operator.</summary>
public sealed class ClusterJoinException : Exception
{
    /// <summary>An exception that says nothing.</summary>
    public ClusterJoinException()
        : this("The cluster cannot be joined.")
    {
    }

    /// <summary>An exception with a message.</summary>
    public ClusterJoinException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and a cause.</summary>
    public ClusterJoinException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
