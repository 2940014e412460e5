namespace OrleansLb.Configuration.Tests;

/// <summary>The folder of configurations that others have published, where the machine has it.</summary>
internal static class AcceptanceFiles
{
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
