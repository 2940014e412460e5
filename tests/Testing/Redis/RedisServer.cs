using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OrleansLb.Testing.Redis;

/// <summary>A server of our own on a free port of the loopback, which keeps nothing on disk.</summary>
public sealed class RedisServer : IDisposable
{
    private const string Program = "/usr/bin/redis-server";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly string _directory = "";
    private readonly int _port;
    private Process? _process;

    public RedisServer()
    {
        if (Missing is not null)
            return;
        _directory = Directory.CreateTempSubdirectory("olb-redis-").FullName;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            _port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        Start();
    }

    /// <summary>Why no server can be started here; null: one can.</summary>
    public static string? Missing { get; } = File.Exists(Program) ? null : "there is no Redis server on this machine (Debian: apt-get install redis-server)";

    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");

    public void Start()
    {
        var start = new ProcessStartInfo(
            Program, ["--port", _port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _directory, "--save", "", "--logfile", Path.Combine(_directory, "log")]);
        _process = Process.Start(start)!;
        long began = Stopwatch.GetTimestamp();
        while (!Answers())
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(began) > s_patience)
                throw new InvalidOperationException($"the Redis server did not start: {File.ReadAllText(Path.Combine(_directory, "log"))}");
            Thread.Sleep(10);
        }
    }

    /// <summary>Ends the server at once; what it knew is lost.</summary>
    public void Stop()
    {
        _process?.Kill();
        _process?.WaitForExit();
    }

    public void Dispose()
    {
        if (_directory.Length == 0)
            return;
        if (_process is { HasExited: false })
            Stop();
        _process?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private bool Answers()
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", _port);
            var stream = client.GetStream();
            stream.Write("PING\r\n"u8);
            Span<byte> answer = stackalloc byte[7];
            stream.ReadExactly(answer);
            return answer.SequenceEqual("+PONG\r\n"u8);
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return false;
        }
    }
}
