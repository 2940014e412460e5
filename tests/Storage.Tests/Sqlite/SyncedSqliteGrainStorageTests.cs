using Xunit.Abstractions;

namespace OrleansLb.Storage.Tests.Sqlite;

public sealed class SyncedSqliteGrainStorageTests(ITestOutputHelper output) : SqliteGrainStorageTests(output, fsync: true);
