using System.Globalization;
using Orleans;
using Orleans.Runtime;

namespace OrleansLb.Clustering.Documents;

/// <summary>
/// Orleans' membership table over a store that can swap one document: a row and the table's version change together because they are one document. The table's ETag is the store's
/// version of it, so two that write at the same time cannot both be right.
/// </summary>
internal sealed class DocumentMembershipTable(IMembershipDocumentStore store, string clusterId) : IMembershipTable
{
    // the ETag of a table that nobody has written
    private const string Unwritten = "";

    // each lost race is a swap that somebody else won; what is left then is cleaned next time
    private const int CleanupAttempts = 8;

    public Task InitializeMembershipTable(bool tryInitTableVersion) => InitializeMembershipTableAsync(tryInitTableVersion, CancellationToken.None);

    public async Task InitializeMembershipTableAsync(bool tryInitTableVersion, CancellationToken cancellationToken)
    {
        await store.OpenAsync(cancellationToken).ConfigureAwait(false);

        // whoever is later finds that there is one
        if (tryInitTableVersion && await store.ReadAsync(cancellationToken).ConfigureAwait(false) is null)
            await store.TryWriteAsync(MembershipDocument.Empty.ToJson(), expectedVersion: null, cancellationToken).ConfigureAwait(false);
    }

    public Task DeleteMembershipTableEntries(string clusterId) => DeleteMembershipTableEntriesAsync(clusterId, CancellationToken.None);

    public Task DeleteMembershipTableEntriesAsync(string clusterId, CancellationToken cancellationToken) =>
        clusterId == ClusterId ? store.DeleteAsync(cancellationToken) : Task.CompletedTask;

    public Task<MembershipTableData> ReadAll() => ReadAllAsync(CancellationToken.None);

    public async Task<MembershipTableData> ReadAllAsync(CancellationToken cancellationToken)
    {
        var (table, version) = await ReadTableAsync(cancellationToken).ConfigureAwait(false);
        var alive = await store.ReadAliveAsync(cancellationToken).ConfigureAwait(false);
        return new MembershipTableData([.. table.Silos.Select(row => Entry(row, alive))], version);
    }

    public Task<MembershipTableData> ReadRow(SiloAddress key) => ReadRowAsync(key, CancellationToken.None);

    public async Task<MembershipTableData> ReadRowAsync(SiloAddress key, CancellationToken cancellationToken)
    {
        var (table, version) = await ReadTableAsync(cancellationToken).ConfigureAwait(false);
        if (table.Find(key) is not { } row)
            return new MembershipTableData(version);
        var alive = await store.ReadAliveAsync(cancellationToken).ConfigureAwait(false);
        return new MembershipTableData(Entry(row, alive), version);
    }

    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) => InsertRowAsync(entry, tableVersion, CancellationToken.None);

    public Task<bool> InsertRowAsync(MembershipEntry entry, TableVersion tableVersion, CancellationToken cancellationToken) =>
        SwapAsync(entry, tableVersion, static row => row is null, cancellationToken);

    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) => UpdateRowAsync(entry, etag, tableVersion, CancellationToken.None);

    public Task<bool> UpdateRowAsync(MembershipEntry entry, string etag, TableVersion tableVersion, CancellationToken cancellationToken) =>
        SwapAsync(entry, tableVersion, row => row is not null && ETag(row) == etag, cancellationToken);

    public Task UpdateIAmAlive(MembershipEntry entry) => UpdateIAmAliveAsync(entry, CancellationToken.None);

    public Task UpdateIAmAliveAsync(MembershipEntry entry, CancellationToken cancellationToken) =>
        store.WriteAliveAsync(entry.SiloAddress.ToParsableString(), entry.IAmAliveTime, cancellationToken);

    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => CleanupDefunctSiloEntriesAsync(beforeDate, CancellationToken.None);

    public async Task CleanupDefunctSiloEntriesAsync(DateTimeOffset beforeDate, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < CleanupAttempts; attempt++)
        {
            // the signs first: whoever gave one had a row by then, so one without a row now has lost it
            var alive = await store.ReadAliveAsync(cancellationToken).ConfigureAwait(false);
            var stored = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (stored is null)
                return;
            var table = MembershipDocument.Parse(stored.Content.Span);
            var kept = table.Silos.RemoveAll(row => IsDefunct(row, alive, beforeDate.UtcDateTime));
            var left = kept.Select(static row => row.Address).ToHashSet();

            // the table's version stays, as with Orleans' own providers: what silos act on has not changed
            if (kept.Length == table.Silos.Length || await store.TryWriteAsync((table with { Silos = kept }).ToJson(), stored.Version, cancellationToken).ConfigureAwait(false))
            {
                string[] gone = [.. alive.Keys.Where(silo => !left.Contains(silo))];
                if (gone.Length > 0)
                    await store.ForgetAliveAsync(gone, cancellationToken).ConfigureAwait(false);
                return;
            }
        }
    }

    private string ClusterId => clusterId;

    private static bool IsDefunct(SiloRow row, IReadOnlyDictionary<string, DateTime> alive, DateTime before)
    {
        var heard = row.LastHeard(alive);
        return row.Status == nameof(SiloStatus.Dead) && (heard > row.StartTime ? heard : row.StartTime) < before;
    }

    private static Tuple<MembershipEntry, string> Entry(SiloRow row, IReadOnlyDictionary<string, DateTime> alive) => Tuple.Create(row.ToEntry(alive), ETag(row));

    private static string ETag(SiloRow row) => row.Written.ToString(CultureInfo.InvariantCulture);

    private async Task<(MembershipDocument Table, TableVersion Version)> ReadTableAsync(CancellationToken cancellationToken)
    {
        var stored = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        var table = stored is null ? MembershipDocument.Empty : MembershipDocument.Parse(stored.Content.Span);
        return (table, new TableVersion(table.Version, stored?.Version ?? Unwritten));
    }

    private async Task<bool> SwapAsync(MembershipEntry entry, TableVersion next, Func<SiloRow?, bool> mayReplace, CancellationToken cancellationToken)
    {
        var (table, version) = await ReadTableAsync(cancellationToken).ConfigureAwait(false);
        if (version.VersionEtag != next.VersionEtag || !mayReplace(table.Find(entry.SiloAddress)))
            return false;
        string? expected = version.VersionEtag == Unwritten ? null : version.VersionEtag;
        var changed = table.With(SiloRow.Of(entry, next.Version), next.Version);
        return await store.TryWriteAsync(changed.ToJson(), expected, cancellationToken).ConfigureAwait(false);
    }
}
