using Orleans.Runtime;
using Orleans.Runtime.MembershipService.SiloMetadata;
using OrleansLb.Grains.Options;

namespace OrleansLb.Grains.Lanes;

/// <summary>
/// The lanes of a cluster: silos tell which exporters they know by their metadata, and membership tells which of them live. A silo whose metadata is not there yet, since it has just joined or
/// is of an older version, may know an exporter: it comes after those that do.
/// </summary>
internal sealed class ClusterLanes : ILanes, ISiloStatusListener, IDisposable
{
    private readonly ISiloStatusOracle _silos;
    private readonly ISiloMetadataCache _metadata;
    private readonly IExporterCatalog _catalog;
    private TaskCompletionSource _departure = NewSignal();

    public ClusterLanes(ISiloStatusOracle silos, ISiloMetadataCache metadata, IExporterCatalog catalog)
    {
        _silos = silos;
        _metadata = metadata;
        _catalog = catalog;
        _silos.SubscribeToSiloStatusEvents(this);
    }

    private enum Knowledge
    {
        Yes,
        Perhaps,
        No,
    }

    public bool IsCluster => true;

    public Task NextDeparture => Volatile.Read(ref _departure).Task;

    public bool IsHome(string lane) => lane == _silos.SiloName;

    public bool IsServed(string lane, string componentId)
    {
        foreach (var silo in _silos.GetActiveSilos())
        {
            if (NameOf(silo) == lane)
                return KnowledgeOf(silo, componentId) != Knowledge.No;
        }

        return false;
    }

    // nobody takes anything from a silo that was declared dead
    public IReadOnlyList<string> OthersFor(string key, string componentId) => _silos.CurrentStatus == SiloStatus.Dead ? [] :
    [
        .. Ranked(_silos.GetActiveSilos(), key, componentId).Select(NameOf).Where(name => name.Length > 0 && name != _silos.SiloName),
    ];

    public SiloAddress Place(string? lane, string key, string componentId, IReadOnlyList<SiloAddress> compatible)
    {
        // which classes a silo has becomes known a moment after it has joined; one that says that it knows the exporter has them
        var active = _silos.GetActiveSilos();
        var candidates = Ranked(active.Where(silo => compatible.Contains(silo) || KnowledgeOf(silo, componentId) == Knowledge.Yes), key, componentId);
        if (candidates.Count == 0)
            throw new UnknownExporterException(componentId, active.Select(NameOf).Order(StringComparer.Ordinal));
        return (lane is null ? null : candidates.Find(silo => NameOf(silo) == lane)) ?? candidates[0];
    }

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status == SiloStatus.Dead)
            Interlocked.Exchange(ref _departure, NewSignal()).TrySetResult();
    }

    public void Dispose() => _silos.UnSubscribeFromSiloStatusEvents(this);

    // Rendezvous: whoever asks, and whatever other silos come and go, a key has the same silo as long as that lives.
    private List<SiloAddress> Ranked(IEnumerable<SiloAddress> silos, string key, string componentId) =>
    [
        .. silos
            .Select(silo => (Silo: silo, Knowledge: KnowledgeOf(silo, componentId)))
            .Where(static entry => entry.Knowledge != Knowledge.No)
            .OrderBy(static entry => entry.Knowledge)
            .ThenByDescending(entry => StableHash.ComputeHash($"{key}@{NameOf(entry.Silo)}"))
            .ThenBy(static entry => entry.Silo)
            .Select(static entry => entry.Silo),
    ];

    private Knowledge KnowledgeOf(SiloAddress silo, string componentId)
    {
        if (silo.Equals(_silos.SiloAddress))
            return _catalog.ComponentIds.Contains(componentId) ? Knowledge.Yes : Knowledge.No;
        return KnownExporters.Of(_metadata.GetSiloMetadata(silo)) is not { } known ? Knowledge.Perhaps
            : known.Contains(componentId) ? Knowledge.Yes : Knowledge.No;
    }

    private string NameOf(SiloAddress silo) => _silos.TryGetSiloName(silo, out string? name) ? name : "";

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
