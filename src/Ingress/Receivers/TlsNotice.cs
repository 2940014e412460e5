using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace OrleansLb.Ingress.Receivers;

/// <summary>
/// Says that a client begins with TLS where a listener speaks plain text, which the client itself learns in the words of a broken connection at best: once
/// per address and hour.
/// </summary>
/// <param name="componentId">The receiver.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The receiver's log.</param>
internal sealed partial class TlsNotice(string componentId, TimeProvider time, ILogger logger)
{
    // RFC 8446, 5.1; no message of HTTP begins with it
    private const byte HandshakeRecord = 0x16;
    private const int MostAddresses = 256;
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, long> _told = [];

    /// <summary>A piece of a listener's pipeline: looks at the first byte of each connection when the server reads it, and never again.</summary>
    public ConnectionDelegate Attach(ConnectionDelegate next) => connection =>
    {
        connection.Transport = new FirstByteTransport(connection.Transport, first =>
        {
            if (first == HandshakeRecord)
                Tell(connection);
        });
        return next(connection);
    };

    private void Tell(ConnectionContext connection)
    {
        if (connection.RemoteEndPoint is IPEndPoint client && IsNews(client.Address))
            LogTlsClient(client.Address, componentId, connection.LocalEndPoint);
    }

    private bool IsNews(IPAddress address)
    {
        long now = time.GetTimestamp();
        lock (_gate)
        {
            if (_told.TryGetValue(address, out long told) && time.GetElapsedTime(told, now) < Pause)
                return false;
            if (_told.Count >= MostAddresses)
            {
                foreach (var (other, when) in _told)
                {
                    if (time.GetElapsedTime(when, now) >= Pause)
                        _told.Remove(other);
                }

                // so many clients have one and the same mistake, which has been named often enough
                if (_told.Count >= MostAddresses)
                    return false;
            }

            _told[address] = now;
            return true;
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "The client {Address} begins with TLS at {ComponentId}, which speaks plain text on {Endpoint}: turn TLS off at the client (insecure, or http:// for https://)")]
    private partial void LogTlsClient(IPAddress address, string componentId, EndPoint? endpoint);
}
