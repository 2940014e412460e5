using OrleansLb.Configuration;
using OrleansLb.Storage.Hosting;

namespace OrleansLb.Silo.Hosting;

/// <summary>Registers the stores of a configuration under their components' IDs.</summary>
internal static class Stores
{
    public static IServiceCollection AddStores(this IServiceCollection services, IEnumerable<StoreDeclaration> stores, string storagePath)
    {
        foreach (var store in stores)
        {
            if (store.Sqlite is { } sqlite)
            {
                string directory = sqlite.Directory.Length > 0 ? sqlite.Directory : Path.Combine(storagePath, store.ComponentId);
                services.AddSqliteGrainStorage(store.ComponentId, sqlite with { Directory = directory });
            }

            if (store.Postgres is { } postgres)
                services.AddPostgresGrainStorage(store.ComponentId, postgres);
        }

        return services;
    }
}
