using System.Net.Sockets;
using Npgsql;
using OrleansLb.Grains.Persistence;
using OrleansLb.Storage.Committing;

namespace OrleansLb.Storage.Postgres;

/// <summary>What Npgsql's exceptions mean to callers of the store.</summary>
internal static class PostgresFailure
{
    public static bool Is(Exception exception) => exception is NpgsqlException or TimeoutException or SocketException or InvalidOperationException;

    public static Exception ForCallers(Exception exception, string what) => exception switch
    {
        // a row's own trouble: a key that is too long, a value out of range, damaged data
        PostgresException { SqlState: PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted } damaged =>
            new CorruptStateException($"Cannot {what}: the database is damaged at this place: {damaged.MessageText}.", damaged),
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } full =>
            new StorageUnavailableException($"Cannot {what}: the database's disk is full.", full),
        PostgresException { IsTransient: false } refused when !EndsTheConnection(refused) =>
            new StorageUnavailableException($"Cannot {what}: {refused.MessageText} ({refused.SqlState}).", refused),
        _ => new StoreUnreachableException($"Cannot {what}: the database cannot be reached: {exception.Message}", exception),
    };

    // classes 08, 53, 57 and 28: connection, resources, operator intervention, authorization
    private static bool EndsTheConnection(PostgresException exception) =>
        exception.SqlState.AsSpan(0, 2) is "08" or "53" or "57" or "28";
}
