namespace OrleansLb.Testing;

/// <summary>The folder of configurations that others have published, where the machine has it.</summary>
public static class AcceptanceFiles
{
    /// <summary>Its path; null where there is none.</summary>
    public static string? Folder { get; } = Find();

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared", "acceptance");
            if (Directory.Exists(candidate))
                return candidate;
        }

        return null;
    }
}
