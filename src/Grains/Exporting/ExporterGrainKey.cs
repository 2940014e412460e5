using System.Globalization;

namespace OrleansLb.Grains.Exporting;

/// <summary>The key of an exporter grain: <c>component/slot/lane</c>.</summary>
/// <param name="ComponentId">The exporter.</param>
/// <param name="Slot">The ring slot.</param>
/// <param name="Lane">The lane: the name of the silo whose traffic it takes.</param>
public readonly record struct ExporterGrainKey(string ComponentId, int Slot, string Lane)
{
    /// <summary>Reads a key back.</summary>
    /// <exception cref="FormatException">It is no such key.</exception>
    public static ExporterGrainKey Parse(string key)
    {
        var parts = key.Split('/', 3);
        if (parts.Length != 3 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int slot))
            throw new FormatException($"'{key}' is no exporter grain key (component/slot/lane)");
        return new ExporterGrainKey(parts[0], slot, parts[2]);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{ComponentId}/{Slot}/{Lane}");
}
