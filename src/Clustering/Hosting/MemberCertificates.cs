using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;
using OrleansLb.Clustering.Settings;

namespace OrleansLb.Clustering.Hosting;

/// <summary>TLS in both directions: every member shows a certificate, as a server and as a client, and only those of the cluster's authority are let in.</summary>
internal sealed class MemberCertificates
{
    // Needed for the handshake and checked by nobody: silos are dialled by address, and who is a member is for the authority to say.
    private const string ServerName = "orleanslb";

    private readonly X509Certificate2 _own;
    private readonly X509Certificate2Collection _authorities = [];

    /// <exception cref="ClusterJoinException">A file cannot be used.</exception>
    public MemberCertificates(ClusterTls tls)
    {
        try
        {
            _own = X509Certificate2.CreateFromPemFile(tls.CertFile, tls.KeyFile);
            _authorities.ImportFromPemFile(tls.CaFile);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            // the key of another certificate is a wrong argument to the framework
            throw new ClusterJoinException($"the certificates of {tls.CertFile}, {tls.KeyFile} and {tls.CaFile} cannot be used: {exception.Message}", exception);
        }

        if (_authorities.Count == 0)
            throw new ClusterJoinException($"tls.ca_file: there is no certificate in {tls.CaFile}");
    }

    public void Apply(TlsOptions options)
    {
        options.LocalCertificate = _own;
        options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.RemoteCertificateValidation = (certificate, _, _) => IsMember(certificate);
        options.OnAuthenticateAsClient = static (_, client) => client.TargetHost = ServerName;
    }

    /// <summary>Whether one of the cluster's authorities has issued the certificate, and it is valid now.</summary>
    public bool IsMember(X509Certificate2? certificate)
    {
        if (certificate is null)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }
}
