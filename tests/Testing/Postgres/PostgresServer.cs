using Npgsql;

namespace OrleansLb.Testing.Postgres;

/// <summary>A server of our own in a temporary directory, which listens on a socket in there only.</summary>
public sealed class PostgresServer : IDisposable
{
    private readonly string _directory;

    public PostgresServer()
    {
        if (PostgresPrograms.Missing is not null)
        {
            _directory = "";
            return;
        }

        _directory = PostgresPrograms.CreateDirectory();
        PostgresPrograms.Run("initdb", "-D", Data, "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        Start();
    }

    private string Data => Path.Combine(_directory, "data");

    private string Settings => $"Host={_directory};Username=test;Database=postgres;Timeout=5;Command Timeout=30";

    /// <summary>A place for tables that nobody else uses.</summary>
    public string NewSchema()
    {
        string schema = $"s{Guid.NewGuid():N}";
        Execute(Settings, $"CREATE SCHEMA {schema}");
        return $"{Settings};Search Path={schema}";
    }

    public static void Execute(string connectionString, string sql)
    {
        using var source = NpgsqlDataSource.Create(connectionString);
        using var command = source.CreateCommand(sql);
        command.ExecuteNonQuery();
    }

    public void Start() => PostgresPrograms.Run(
        "pg_ctl", "-D", Data, "-w", "-s", "-l", Path.Combine(_directory, "log"), "-o", $"-F -c listen_addresses= -k {_directory}", "start");

    /// <summary>Ends the server at once: connections break.</summary>
    public void Stop() => PostgresPrograms.Run("pg_ctl", "-D", Data, "-w", "-s", "-m", "immediate", "stop");

    public void Dispose()
    {
        if (_directory.Length == 0)
            return;
        try
        {
            Stop();
        }
        catch (InvalidOperationException)
        {
            // a test has stopped it
        }

        Directory.Delete(_directory, recursive: true);
    }
}
