using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OrleansLb.Storage.Committing;
using OrleansLb.Storage.States;
using OrleansLb.Storage.Telemetry;

namespace OrleansLb.Storage.Tests;

/// <summary>Makes stores as the hosting does.</summary>
internal static class StoreFactory
{
    private static readonly StorageInstruments s_instruments =
        new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());

    public static DatabaseGrainStorage Create(IStateDatabase database) =>
        new("test", database, JsonStateSerializer.Instance, new StoreMetrics(s_instruments, "test"));

    public static async Task<DatabaseGrainStorage> OpenAsync(IStateDatabase database)
    {
        var store = Create(database);
        await store.OpenAsync(CancellationToken.None);
        return store;
    }
}
