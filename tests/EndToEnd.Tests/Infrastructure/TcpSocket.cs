using System.Globalization;

namespace OrleansLb.EndToEnd.Tests.Infrastructure;

/// <summary>A TCP socket of a process, as the kernel shows it.</summary>
internal readonly record struct TcpSocket(int LocalPort, int RemotePort, bool Listens)
{
    // tcp(7), and the columns of /proc/net/tcp in proc_net_tcp.txt of the kernel's documentation
    private const string Listening = "0A";

    public static IReadOnlyList<TcpSocket> Of(int process)
    {
        var own = Directory.EnumerateFiles($"/proc/{process}/fd").Select(static file => new FileInfo(file).LinkTarget).ToHashSet();
        return
        [
            .. ((string[])["tcp", "tcp6"])
                .SelectMany(table => File.ReadLines($"/proc/{process}/net/{table}").Skip(1))
                .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(columns => own.Contains($"socket:[{columns[9]}]"))
                .Select(static columns => new TcpSocket(PortOf(columns[1]), PortOf(columns[2]), columns[3] == Listening)),
        ];
    }

    private static int PortOf(string address) => int.Parse(address.AsSpan(address.IndexOf(':', StringComparison.Ordinal) + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
