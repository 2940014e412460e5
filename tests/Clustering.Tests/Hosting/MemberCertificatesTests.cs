using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using OrleansLb.Clustering.Hosting;
using OrleansLb.Clustering.Settings;

namespace OrleansLb.Clustering.Tests.Hosting;

public sealed class MemberCertificatesTests : IDisposable
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.UtcNow;

    private readonly string _directory = Directory.CreateTempSubdirectory("olb-tls-").FullName;
    private readonly X509Certificate2 _root = Authority("CN=ours");
    private readonly ClusterTls _files;

    public MemberCertificatesTests()
    {
        using var member = Member(_root, s_now.AddHours(1));
        _files = new ClusterTls
        {
            CaFile = Write("ca.pem", _root.ExportCertificatePem()),
            CertFile = Write("cert.pem", member.ExportCertificatePem()),
            KeyFile = Write("key.pem", member.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()),
        };
    }

    public void Dispose()
    {
        _root.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void Those_of_the_clusters_authority_are_members()
    {
        using var another = Member(_root, s_now.AddHours(1));
        Assert.True(new MemberCertificates(_files).IsMember(another));
    }

    [Fact]
    public void Nobody_those_of_others_and_those_that_have_expired_are_not()
    {
        using var other = Authority("CN=ours");
        using var stranger = Member(other, s_now.AddHours(1));
        using var expired = Member(_root, s_now.AddMinutes(-1));
        var certificates = new MemberCertificates(_files);

        Assert.False(certificates.IsMember(null));
        Assert.False(certificates.IsMember(stranger));
        Assert.False(certificates.IsMember(expired));
        Assert.False(certificates.IsMember(other));
    }

    [Fact]
    public void Files_that_cannot_be_used_are_told()
    {
        string text = Write("text", "no certificate");

        Assert.Contains($"there is no certificate in {text}", Failure(_files with { CaFile = text }), StringComparison.Ordinal);
        Assert.Contains("cannot be used", Failure(_files with { KeyFile = text }), StringComparison.Ordinal);
        Assert.Contains("cannot be used", Failure(_files with { CertFile = _files.CaFile }), StringComparison.Ordinal);
    }

    private static string Failure(ClusterTls files) => Assert.Throws<ClusterJoinException>(() => new MemberCertificates(files)).Message;

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(s_now.AddHours(-2), s_now.AddHours(2));
    }

    private static X509Certificate2 Member(X509Certificate2 authority, DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=member", key, HashAlgorithmName.SHA256).Create(authority, s_now.AddHours(-1), until, RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_directory, name);
        File.WriteAllText(path, text);
        return path;
    }
}
