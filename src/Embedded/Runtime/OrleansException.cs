namespace Orleans.Runtime;

/// <summary>The base of the engine's own exceptions.</summary>
public class OrleansException : Exception
{
    /// <summary>An exception that says nothing.</summary>
    public OrleansException()
        : base("Unexpected error.")
    {
    }

    /// <summary>An exception with a message.</summary>
    public OrleansException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and a cause.</summary>
    public OrleansException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
