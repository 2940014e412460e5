namespace OrleansLb.Configuration;

/// <summary>The form of log lines.</summary>
public enum LogFormat : byte
{
    /// <summary><c>key=value</c> pairs.</summary>
    Logfmt = 0,

    /// <summary>One JSON object per line.</summary>
    Json = 1,
}
