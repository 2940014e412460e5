namespace OrleansLb.Otlp;

/// <summary>The three OTLP signals.</summary>
public enum Signal : byte
{
    /// <summary>Spans.</summary>
    Traces = 0,

    /// <summary>Log records.</summary>
    Logs = 1,

    /// <summary>Data points.</summary>
    Metrics = 2,
}
