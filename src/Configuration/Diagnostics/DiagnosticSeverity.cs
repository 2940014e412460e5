namespace OrleansLb.Configuration.Diagnostics;

/// <summary>How bad a diagnostic is.</summary>
public enum DiagnosticSeverity : byte
{
    /// <summary>The configuration can be used.</summary>
    Warning = 0,

    /// <summary>The configuration cannot be used.</summary>
    Error = 1,
}
