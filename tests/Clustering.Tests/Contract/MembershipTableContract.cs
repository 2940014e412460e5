using System.Net;

namespace OrleansLb.Clustering.Tests.Contract;

/// <summary>What silos rely on in a membership table, whoever wrote it. A test class of a table derives from it.</summary>
public abstract partial class MembershipTableContract : IAsyncLifetime
{
    private const int Writers = 8;

    private static readonly DateTime s_start = new(2026, 11, 29, 12, 0, 0, DateTimeKind.Utc);

    /// <summary>The table of a cluster that nobody else has.</summary>
    protected IMembershipTable Table { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Table = await OpenAsync();
        await Table.InitializeMembershipTableAsync(true, default);
    }

    public virtual Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Opens the table of this test, as another process would.</summary>
    protected abstract Task<IMembershipTable> OpenAsync();

    /// <summary>A change of a row leaves alone the sign of life that came between its reading and its writing. Where that is not so, the next sign, seconds later, makes up for it.</summary>
    protected virtual bool ChangesKeepSigns => true;

    /// <summary>The ID of the cluster.</summary>
    protected string ClusterId { get; } = $"c{Guid.NewGuid():N}";

    [KitFact]
    public async Task A_new_table_has_version_0_and_no_silos()
    {
        var table = await Table.ReadAllAsync(default);

        Assert.Empty(table.Members);
        Assert.Equal(0, table.Version.Version);
    }

    [KitFact]
    public async Task To_initialize_a_table_again_changes_nothing()
    {
        await InsertAsync(Silo(1));
        var before = await Table.ReadAllAsync(default);

        var other = await OpenAsync();
        await other.InitializeMembershipTableAsync(true, default);

        var after = await other.ReadAllAsync(default);
        Assert.Equal(before.Version, after.Version);
        Assert.Single(after.Members);
    }

    [KitFact]
    public async Task An_inserted_silo_is_read_back_whole()
    {
        var entry = Silo(1);
        entry.Status = SiloStatus.Active;
        entry.ProxyPort = 30_001;
        entry.AddSuspector(Address(2), s_start.AddSeconds(3));
        entry.AddSuspector(Address(3), s_start.AddSeconds(4));
        await InsertAsync(entry);

        var row = await RowAsync(entry.SiloAddress);

        AssertSame(entry, row.Item1);
        AssertSame(entry, Assert.Single((await Table.ReadAllAsync(default)).Members).Item1);
    }

    [KitFact]
    public async Task A_silo_that_is_not_in_the_table_is_read_as_no_row_with_the_tables_version()
    {
        await InsertAsync(Silo(1));

        var table = await Table.ReadRowAsync(Address(2), default);

        Assert.Empty(table.Members);
        Assert.Equal((await Table.ReadAllAsync(default)).Version, table.Version);
    }

    [KitFact]
    public async Task Silos_that_differ_in_their_generation_only_are_two()
    {
        var former = Silo(1);
        var later = Silo(1);
        later.SiloAddress = SiloAddress.New(later.SiloAddress.Endpoint.Address, later.SiloAddress.Endpoint.Port, 2);
        await InsertAsync(former);
        await InsertAsync(later);

        Assert.Equal(2, (await Table.ReadAllAsync(default)).Members.Count);
        AssertSame(later, (await RowAsync(later.SiloAddress)).Item1);
    }

    [KitFact]
    public async Task Every_change_raises_the_version_and_gives_the_table_another_etag()
    {
        var first = (await Table.ReadAllAsync(default)).Version;
        await InsertAsync(Silo(1));
        var second = (await Table.ReadAllAsync(default)).Version;
        await UpdateAsync(Address(1), static entry => entry.Status = SiloStatus.Active);
        var third = (await Table.ReadAllAsync(default)).Version;

        Assert.Equal([0, 1, 2], new[] { first.Version, second.Version, third.Version });
        Assert.Equal(3, new HashSet<string> { first.VersionEtag, second.VersionEtag, third.VersionEtag }.Count);
    }

    [KitFact]
    public async Task A_silo_cannot_be_inserted_twice()
    {
        await InsertAsync(Silo(1));
        var before = await Table.ReadAllAsync(default);

        Assert.False(await Table.InsertRowAsync(Silo(1), before.Version.Next(), default));
        Assert.Equal(before.Version, (await Table.ReadAllAsync(default)).Version);
    }

    [KitFact]
    public async Task An_insert_by_an_old_version_of_the_table_fails_and_changes_nothing()
    {
        var old = (await Table.ReadAllAsync(default)).Version;
        await InsertAsync(Silo(1));
        var before = await Table.ReadAllAsync(default);

        Assert.False(await Table.InsertRowAsync(Silo(2), old.Next(), default));

        var after = await Table.ReadAllAsync(default);
        Assert.Equal(before.Version, after.Version);
        Assert.Single(after.Members);
    }

    [KitFact]
    public async Task An_update_replaces_the_row_and_leaves_the_others()
    {
        await InsertAsync(Silo(1));
        await InsertAsync(Silo(2));

        await UpdateAsync(Address(1), static entry =>
        {
            entry.Status = SiloStatus.Dead;
            entry.AddSuspector(Address(2), s_start.AddMinutes(1));
        });

        var changed = (await RowAsync(Address(1))).Item1;
        Assert.Equal(SiloStatus.Dead, changed.Status);
        Assert.Equal(Address(2), Assert.Single(changed.SuspectTimes!).Item1);
        AssertSame(Silo(2), (await RowAsync(Address(2))).Item1);
    }

    [KitFact]
    public async Task An_update_of_a_silo_that_is_not_there_fails_and_changes_nothing()
    {
        await InsertAsync(Silo(1));
        var before = await Table.ReadAllAsync(default);

        Assert.False(await Table.UpdateRowAsync(Silo(2), before.Members[0].Item2, before.Version.Next(), default));

        var after = await Table.ReadAllAsync(default);
        Assert.Equal(before.Version, after.Version);
        Assert.Single(after.Members);
    }

    [KitFact]
    public async Task An_update_by_an_old_version_of_the_table_fails_and_changes_nothing()
    {
        await InsertAsync(Silo(1));
        var old = await Table.ReadRowAsync(Address(1), default);
        await UpdateAsync(Address(1), static entry => entry.Status = SiloStatus.Active);
        var before = await Table.ReadAllAsync(default);

        var (entry, etag) = old.Members[0];
        entry.Status = SiloStatus.Dead;
        Assert.False(await Table.UpdateRowAsync(entry, etag, old.Version.Next(), default));

        Assert.Equal(before.Version, (await Table.ReadAllAsync(default)).Version);
        Assert.Equal(SiloStatus.Active, (await RowAsync(Address(1))).Item1.Status);
    }

    [KitFact]
    public async Task A_sign_of_life_is_read_back_and_is_no_change_of_the_table()
    {
        await InsertAsync(Silo(1));
        await InsertAsync(Silo(2));
        var before = await Table.ReadAllAsync(default);

        await SignAsync(Address(1), s_start.AddSeconds(30));

        var after = await Table.ReadAllAsync(default);
        Assert.Equal(before.Version, after.Version);
        Assert.Equal(s_start.AddSeconds(30), (await RowAsync(Address(1))).Item1.IAmAliveTime);
        Assert.Equal(s_start, after.TryGet(Address(2))!.Item1.IAmAliveTime);
    }

    [KitFact]
    public async Task What_was_read_before_a_sign_of_life_can_still_be_written()
    {
        await InsertAsync(Silo(1));
        var read = await Table.ReadRowAsync(Address(1), default);

        await SignAsync(Address(1), s_start.AddSeconds(30));

        var (entry, etag) = read.Members[0];
        entry.Status = SiloStatus.Active;
        Assert.True(await Table.UpdateRowAsync(entry, etag, read.Version.Next(), default));
    }

    [KitFact]
    public async Task Only_dead_silos_that_were_not_heard_of_since_are_cleaned_up()
    {
        await InsertAsync(Silo(1, SiloStatus.Dead));
        await InsertAsync(Silo(2, SiloStatus.Active));
        await InsertAsync(Silo(3, SiloStatus.Dead));
        await SignAsync(Address(3), s_start.AddHours(2));

        await Table.CleanupDefunctSiloEntriesAsync(s_start.AddHours(1), default);

        var left = await Table.ReadAllAsync(default);
        Assert.Equal([Address(2), Address(3)], left.Members.Select(static m => m.Item1.SiloAddress).Order());

        // the table goes on
        await UpdateAsync(Address(2), static entry => entry.Status = SiloStatus.ShuttingDown);
        await InsertAsync(Silo(4));
    }

    [KitFact]
    public async Task A_deleted_table_is_gone_with_all_it_knew()
    {
        await InsertAsync(Silo(1));
        await SignAsync(Address(1), s_start.AddSeconds(30));
        var old = await Table.ReadAllAsync(default);

        await Table.DeleteMembershipTableEntriesAsync(ClusterId, default);
        var fresh = await OpenAsync();
        await fresh.InitializeMembershipTableAsync(true, default);

        Assert.Empty((await fresh.ReadAllAsync(default)).Members);
        Assert.False(await fresh.InsertRowAsync(Silo(2), old.Version.Next(), default));
        Assert.True(await fresh.InsertRowAsync(Silo(1), (await fresh.ReadAllAsync(default)).Version.Next(), default));
        Assert.Equal(s_start, (await fresh.ReadRowAsync(Address(1), default)).Members[0].Item1.IAmAliveTime);
    }

    private static SiloAddress Address(int number) => SiloAddress.New(IPAddress.Loopback, 11_000 + number, 1);

    private static MembershipEntry Silo(int number, SiloStatus status = SiloStatus.Joining) => new()
    {
        SiloAddress = Address(number),
        Status = status,
        HostName = $"host-{number}",
        SiloName = $"silo-{number}",
        StartTime = s_start,
        IAmAliveTime = s_start,
        SuspectTimes = [],
    };

    private static void AssertSame(MembershipEntry expected, MembershipEntry actual)
    {
        Assert.Equal(expected.SiloAddress, actual.SiloAddress);
        Assert.Equal(expected.Status, actual.Status);
        Assert.Equal(expected.ProxyPort, actual.ProxyPort);
        Assert.Equal(expected.HostName, actual.HostName);
        Assert.Equal(expected.SiloName, actual.SiloName);
        Assert.Equal(expected.StartTime, actual.StartTime);
        Assert.Equal(expected.IAmAliveTime, actual.IAmAliveTime);
        Assert.Equal(expected.SuspectTimes, actual.SuspectTimes ?? []);
    }

    private async Task<Tuple<MembershipEntry, string>> RowAsync(SiloAddress silo) => Assert.Single((await Table.ReadRowAsync(silo, default)).Members);

    private async Task InsertAsync(MembershipEntry entry) => Assert.True(await Table.InsertRowAsync(entry, (await Table.ReadAllAsync(default)).Version.Next(), default));

    private async Task UpdateAsync(SiloAddress silo, Action<MembershipEntry> change) => Assert.True(await TryUpdateAsync(Table, silo, change));

    private static async Task<bool> TryUpdateAsync(IMembershipTable table, SiloAddress silo, Action<MembershipEntry> change)
    {
        var read = await table.ReadRowAsync(silo, default);
        var (entry, etag) = Assert.Single(read.Members);
        change(entry);
        return await table.UpdateRowAsync(entry, etag, read.Version.Next(), default);
    }

    private Task SignAsync(SiloAddress silo, DateTime time) => Table.UpdateIAmAliveAsync(new MembershipEntry { SiloAddress = silo, IAmAliveTime = time }, default);
}
