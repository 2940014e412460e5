using OrleansLb.Storage.Tests.Kit;
using Xunit.Abstractions;

namespace OrleansLb.Storage.Tests.Sqlite;

public abstract class SqliteGrainStorageTests(ITestOutputHelper output, bool fsync) : GrainStorageKit, IDisposable
{
    private readonly StoreFolder _folder = new();

    [KitFact]
    public async Task Writes_that_arrive_together_share_transactions()
    {
        var store = (DatabaseGrainStorage)Store;
        await Task.WhenAll(Enumerable.Range(0, 2000).Select(number => Write(Grain($"g{number}"), new KitState { Number = number })));

        output.WriteLine($"2000 writes in {store.Transactions} transactions");
        Assert.InRange(store.Transactions, 2, 500);
    }

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override async Task<IGrainStorage> OpenAsync() => await _folder.OpenAsync(_folder.Options with { Fsync = fsync });

    protected override void Print(string line) => output.WriteLine(line);
}
