namespace OrleansLb.Clustering.Settings;

/// <summary>The connection string, wherever it is kept.</summary>
internal static class ClusterConnection
{
    /// <summary>The connection string; null when the file cannot be read or is empty.</summary>
    public static string? Read(ClusterSettings settings, out string? fault)
    {
        fault = null;
        if (settings.ConnectionStringFile is not { } path)
            return settings.ConnectionString?.Value;
        try
        {
            // editors and secrets of orchestrators end files with a new line
            string text = File.ReadAllText(path).Trim();
            fault = text.Length == 0 ? $"connection_string_file: {path} is empty" : null;
            return text.Length == 0 ? null : text;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            fault = $"connection_string_file: {exception.Message}";
            return null;
        }
    }
}
