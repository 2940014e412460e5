using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans.Runtime;

namespace OrleansLb.Clustering.Documents;

/// <summary>The membership table of a cluster as one JSON document. A field that is unknown here would be lost with the next swap, so whoever adds one raises the format.</summary>
internal sealed record MembershipDocument
{
    /// <summary>The newest format that this program can write.</summary>
    public const int KnownFormat = 1;

    /// <summary>The table before anybody has joined.</summary>
    public static MembershipDocument Empty { get; } = new();

    /// <summary>Of this document.</summary>
    public int Format { get; init; } = KnownFormat;

    /// <summary>The table's version: grows by one with every change of a row.</summary>
    public int Version { get; init; }

    /// <summary>The silos, in the order in which they joined.</summary>
    public ImmutableArray<SiloRow> Silos { get; init; } = [];

    /// <exception cref="InvalidDataException">It is no such document, or one of a newer program.</exception>
    public static MembershipDocument Parse(ReadOnlySpan<byte> json)
    {
        MembershipDocument? document;
        try
        {
            document = JsonSerializer.Deserialize(json, MembershipJson.Default.MembershipDocument);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException("the membership document of the cluster is damaged: it is no valid JSON", exception);
        }

        if (document is null || document.Format < 1 || document.Silos.IsDefault)
            throw new InvalidDataException("the membership document of the cluster is damaged: it has no format or no silos");
        if (document.Format > KnownFormat)
            throw new InvalidDataException(
                $"the membership document of the cluster was written by a newer version of orleanslb: it has format {document.Format}, this program knows formats up to {KnownFormat}");
        return document;
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, MembershipJson.Default.MembershipDocument);

    public SiloRow? Find(SiloAddress silo)
    {
        string address = silo.ToParsableString();
        return Silos.FirstOrDefault(row => row.Address == address);
    }

    /// <summary>The table with one row more, or with this row in the place of the silo's former one.</summary>
    public MembershipDocument With(SiloRow row, int version)
    {
        var others = Silos;
        for (int i = 0; i < others.Length; i++)
        {
            if (others[i].Address == row.Address)
                return this with { Version = version, Silos = others.SetItem(i, row) };
        }

        return this with { Version = version, Silos = others.Add(row) };
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MembershipDocument))]
internal sealed partial class MembershipJson : JsonSerializerContext;
