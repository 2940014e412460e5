namespace OrleansLb.Silo.CommandLine;

/// <summary>Alloy's names of stability levels.</summary>
internal static class StabilityLevels
{
    public const string GenerallyAvailable = "generally-available";
    public const string PublicPreview = "public-preview";
    public const string Experimental = "experimental";

    public static IReadOnlyList<string> All { get; } = [GenerallyAvailable, PublicPreview, Experimental];
}
