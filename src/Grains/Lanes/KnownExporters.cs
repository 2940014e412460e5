using Orleans.Runtime.MembershipService.SiloMetadata;

namespace OrleansLb.Grains.Lanes;

/// <summary>Which exporters a silo has in its configuration, as it tells the others.</summary>
internal static class KnownExporters
{
    private const string Key = "orleanslb.exporters";
    private const char Separator = '\n';

    public static Dictionary<string, string> ToMetadata(IEnumerable<string> componentIds) => new() { [Key] = string.Join(Separator, componentIds) };

    /// <summary>Null: it does not say.</summary>
    public static string[]? Of(SiloMetadata metadata) => metadata.Metadata.TryGetValue(Key, out string? known) ? known.Split(Separator) : null;
}
