namespace OrleansLb.Grains.Lanes;

/// <summary>A grain of an exporter is called that no living silo has in its configuration.</summary>
[GenerateSerializer, Alias("orleanslb.UnknownExporterException")]
public sealed class UnknownExporterException : Exception
{
    /// <summary>An exception that says nothing.</summary>
    public UnknownExporterException()
        : this("No silo knows the exporter.")
    {
    }

    /// <summary>An exception with a message.</summary>
    public UnknownExporterException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and a cause.</summary>
    public UnknownExporterException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>None of these silos knows it.</summary>
    public UnknownExporterException(string componentId, IEnumerable<string> silos)
        : this(string.Join(", ", silos) is { Length: > 0 } names
            ? $"no silo has the exporter '{componentId}' in its configuration; asked: {names}"
            : $"no exporter has the component ID '{componentId}'")
    {
    }
}
