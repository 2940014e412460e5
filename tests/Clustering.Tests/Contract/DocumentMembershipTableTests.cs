using System.Text;
using OrleansLb.Clustering.Documents;

namespace OrleansLb.Clustering.Tests.Contract;

/// <summary>Our table over the least store.</summary>
public sealed class DocumentMembershipTableTests : MembershipTableContract
{
    private readonly MemoryDocumentStore _store = new();

    protected override Task<IMembershipTable> OpenAsync() => Task.FromResult<IMembershipTable>(new DocumentMembershipTable(_store, ClusterId));

    [Theory]
    [InlineData("""{"format":2,"version":7,"silos":[]}""", "format 2, this program knows formats up to 1")]
    [InlineData("""{"format":1,"version":7,"silos":[""", "damaged")]
    [InlineData("null", "damaged")]
    public async Task A_document_that_this_program_cannot_read_is_told_and_not_overwritten(string document, string told)
    {
        await _store.DeleteAsync(default);
        await _store.TryWriteAsync(Encoding.UTF8.GetBytes(document), null, default);

        Assert.Contains(told, (await Assert.ThrowsAsync<InvalidDataException>(() => Table.ReadAllAsync(default))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidDataException>(() => Table.CleanupDefunctSiloEntriesAsync(DateTimeOffset.MaxValue, default));
        await Table.InitializeMembershipTableAsync(true, default);
        Assert.Equal(document, Encoding.UTF8.GetString((await _store.ReadAsync(default))!.Content.Span));
    }

    [Fact]
    public async Task The_table_of_another_cluster_is_not_deleted()
    {
        await Table.InsertRowAsync(new MembershipEntry { SiloAddress = SiloAddress.New(System.Net.IPAddress.Loopback, 1, 1) }, (await Table.ReadAllAsync(default)).Version.Next(), default);

        await Table.DeleteMembershipTableEntriesAsync("another", default);

        Assert.Single((await Table.ReadAllAsync(default)).Members);
    }
}
