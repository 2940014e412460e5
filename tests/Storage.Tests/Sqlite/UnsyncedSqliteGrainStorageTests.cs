using Xunit.Abstractions;

namespace OrleansLb.Storage.Tests.Sqlite;

public sealed class UnsyncedSqliteGrainStorageTests(ITestOutputHelper output) : SqliteGrainStorageTests(output, fsync: false);
