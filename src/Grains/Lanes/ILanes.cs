using Orleans.Runtime;

namespace OrleansLb.Grains.Lanes;

/// <summary>
/// The lanes of the living silos, as this silo knows them: where a lane's grains belong, and who takes what they cannot keep. A lane is named after its silo.
/// </summary>
internal interface ILanes
{
    /// <summary>Whether there can be other lanes at all.</summary>
    bool IsCluster { get; }

    /// <summary>Completes when the next silo has left or was declared dead. Ask for it before looking at the silos.</summary>
    Task NextDeparture { get; }

    /// <summary>Whether a lane is that of this silo.</summary>
    bool IsHome(string lane);

    /// <summary>Whether the silo of a lane lives, and knows the exporter as far as is known.</summary>
    bool IsServed(string lane, string componentId);

    /// <summary>The lanes of the other living silos that know an exporter; in an order that belongs to the key, so that keys spread and everybody asks the same lane first.</summary>
    IReadOnlyList<string> OthersFor(string key, string componentId);

    /// <summary>The silo that a grain belongs on.</summary>
    /// <param name="lane">Its lane; null: any silo will do.</param>
    /// <param name="key">Its key.</param>
    /// <param name="componentId">Its exporter.</param>
    /// <param name="compatible">The silos that have its class.</param>
    /// <exception cref="UnknownExporterException">No living silo knows the exporter.</exception>
    SiloAddress Place(string? lane, string key, string componentId, IReadOnlyList<SiloAddress> compatible);
}
