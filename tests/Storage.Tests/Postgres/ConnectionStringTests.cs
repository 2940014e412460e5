using OrleansLb.Storage.Postgres;

namespace OrleansLb.Storage.Tests.Postgres;

public sealed class ConnectionStringTests
{
    [Theory]
    [InlineData("Hots=localhost")]
    [InlineData("Host=localhost;Port=many")]
    [InlineData("postgres://localhost/db")]
    public async Task A_connection_string_that_makes_no_sense_is_an_error(string connectionString)
    {
        await using var store = StoreFactory.Create(new PostgresDatabase(new() { ConnectionString = connectionString }));

        var exception = await Assert.ThrowsAsync<StorageOpenException>(() => store.OpenAsync(CancellationToken.None));

        Assert.Contains("connection_string is not valid", exception.Message, StringComparison.Ordinal);
    }
}
