using System.Reflection;

namespace OrleansLb.Silo;

/// <summary>The version of the program.</summary>
internal static class ProductVersion
{
    public static string Text { get; } = Read();

    private static string Read()
    {
        string version = typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
        int build = version.IndexOf('+', StringComparison.Ordinal);
        return build < 0 ? version : version[..build];
    }
}
