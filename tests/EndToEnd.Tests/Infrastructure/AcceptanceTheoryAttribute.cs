namespace OrleansLb.EndToEnd.Infrastructure;

/// <summary>A theory over the acceptance configurations that lie beside a checkout of the project; it says that it skips where there are none.</summary>
internal sealed class AcceptanceTheoryAttribute : TheoryAttribute
{
    public AcceptanceTheoryAttribute()
    {
        if (Folder is null)
            Skip = "no shared/acceptance folder beside this checkout";
    }

    public static string? Folder { get; } = Find();

    private static string? Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            string candidate = Path.Combine(directory.FullName, "shared", "acceptance");
            if (Directory.Exists(candidate))
                return candidate;
        }

        return null;
    }
}
