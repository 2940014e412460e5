namespace Orleans.Runtime;

/// <summary>The grain cannot be reached: its process is shutting down. Another attempt may reach it elsewhere.</summary>
public class SiloUnavailableException : OrleansException
{
    /// <summary>An exception that says nothing.</summary>
    public SiloUnavailableException()
    {
    }

    /// <summary>An exception with a message.</summary>
    public SiloUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and a cause.</summary>
    public SiloUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
