namespace OrleansLb.Ingress.Pipeline;

/// <summary>How much the debug exporter prints.</summary>
public enum DebugVerbosity : byte
{
    /// <summary>One line of counts per request.</summary>
    Basic = 0,

    /// <summary>A line per item.</summary>
    Normal = 1,

    /// <summary>Every field of every item.</summary>
    Detailed = 2,
}
