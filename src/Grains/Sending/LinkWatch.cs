using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace OrleansLb.Grains.Sending;

/// <summary>
/// What the connections to one backend have shown: when the last byte came, what the newest one began with, what is wrong with the certificate.
/// Written by connections, read by whoever has to judge or to explain a fault; each field by itself is consistent.
/// </summary>
/// <param name="host">Who is dialled: the name or address that the certificate is to be for.</param>
/// <param name="time">The clock.</param>
internal sealed class LinkWatch(string host, TimeProvider time)
{
    private const long Never = 0;
    private long _unansweredSince = Never;
    private volatile byte[]? _greeting;
    private volatile string? _certificateFault;

    /// <summary>The first bytes of the newest connection; empty when it has said nothing yet, null when there is none.</summary>
    public byte[]? Greeting => _greeting;

    /// <summary>What is wrong with the certificate that was shown last; null when nothing is.</summary>
    public string? CertificateFault => _certificateFault;

    /// <summary>How long the backend has said nothing at all although somebody waits for it.</summary>
    public TimeSpan Silence => Volatile.Read(ref _unansweredSince) is not Never and var since ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>A call begins: from now on the backend has something to say.</summary>
    public void Expect() => Interlocked.CompareExchange(ref _unansweredSince, Now(), Never);

    /// <summary>Nothing is under way that the backend would have to answer.</summary>
    public void ExpectNothing() => Volatile.Write(ref _unansweredSince, Never);

    /// <summary>Bytes came.</summary>
    public void Hear()
    {
        if (Volatile.Read(ref _unansweredSince) != Never)
            Volatile.Write(ref _unansweredSince, Now());
    }

    /// <summary>A connection stands; what it says is heard from now on.</summary>
    public Stream Watch(Stream connection)
    {
        _greeting = [];
        return new WatchedStream(connection, this);
    }

    /// <summary>The first bytes of a connection.</summary>
    public void Greet(byte[] greeting) => _greeting = greeting;

    /// <summary>Judges the certificate of the backend as the runtime does, and keeps the reason.</summary>
    public bool Accepts(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        _certificateFault = errors == SslPolicyErrors.None ? null : CertificateFaults.Describe(certificate, chain, errors, host, time.GetUtcNow());
        return errors == SslPolicyErrors.None;
    }

    private long Now() => Math.Max(time.GetTimestamp(), Never + 1);
}
