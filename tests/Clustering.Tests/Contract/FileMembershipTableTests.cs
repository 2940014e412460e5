using OrleansLb.Clustering.Documents;
using OrleansLb.Clustering.Providers;

namespace OrleansLb.Clustering.Tests.Contract;

/// <summary>Our table in a directory.</summary>
public sealed class FileMembershipTableTests : MembershipTableContract
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("olb-members-");

    public override Task DisposeAsync()
    {
        _directory.Delete(recursive: true);
        return Task.CompletedTask;
    }

    [KitFact]
    public async Task A_version_that_was_given_out_does_not_come_again_after_the_document_was_deleted()
    {
        var store = await StoreAsync();
        Assert.True(await store.TryWriteAsync("one"u8.ToArray(), null, default) || await store.ReadAsync(default) is not null);
        string before = (await store.ReadAsync(default))!.Version;
        await store.DeleteAsync(default);
        Assert.Null(await store.ReadAsync(default));

        Assert.True(await store.TryWriteAsync("two"u8.ToArray(), null, default));
        Assert.NotEqual(before, (await store.ReadAsync(default))!.Version);
        Assert.False(await store.TryWriteAsync("three"u8.ToArray(), before, default));
    }

    [KitFact]
    public async Task A_file_that_is_no_document_is_told_and_not_overwritten()
    {
        var store = await StoreAsync();
        string file = Path.Combine(_directory.FullName, "members");
        await File.WriteAllTextAsync(file, "anything");

        Assert.Contains(file, (await Assert.ThrowsAsync<InvalidDataException>(() => store.ReadAsync(default))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidDataException>(() => store.TryWriteAsync("one"u8.ToArray(), null, default));
        Assert.Equal("anything", await File.ReadAllTextAsync(file));
    }

    protected override async Task<IMembershipTable> OpenAsync() => new DocumentMembershipTable(await StoreAsync(), ClusterId);

    private async Task<FileMembershipStore> StoreAsync()
    {
        var store = new FileMembershipStore(_directory.FullName);
        await store.OpenAsync(default);
        return store;
    }
}
