using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace OrleansLb.Grains.Sending;

/// <summary>What is wrong with a backend's certificate, in words that say what to do.</summary>
internal static class CertificateFaults
{
    private const X509ChainStatusFlags UnknownAuthority = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;
    private const int MostNames = 5;

    /// <summary>One line, without the backend's name.</summary>
    public static string Describe(X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors, string host, DateTimeOffset now)
    {
        if (shown is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            return "it showed none";

        using var copy = shown as X509Certificate2 is null ? new X509Certificate2(shown) : null;
        var certificate = copy ?? (X509Certificate2)shown;
        var faults = new List<string>();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            faults.Add($"it is for {NamesOf(certificate)} and not for {host}, so name the backend as the certificate does");
        if (now > certificate.NotAfter)
            faults.Add($"it expired at {Utc(certificate.NotAfter)}");
        else if (now < certificate.NotBefore)
            faults.Add($"it is not valid before {Utc(certificate.NotBefore)}");

        var states = chain?.ChainStatus ?? [];
        if (Array.Exists(states, static state => (state.Status & UnknownAuthority) != 0))
            faults.Add($"it is signed by an unknown authority ({certificate.Issuer}), so add that to the system's roots, or name its file in SSL_CERT_FILE");
        foreach (var state in states)
        {
            if ((state.Status & (UnknownAuthority | X509ChainStatusFlags.NotTimeValid)) == 0)
                faults.Add(state.StatusInformation.TrimEnd('.'));
        }

        return faults.Count > 0 ? string.Join("; ", faults) : "an authority's certificate of its chain is out of date";
    }

    private static string NamesOf(X509Certificate2 certificate)
    {
        var names = new List<string>();
        foreach (var extension in certificate.Extensions)
        {
            if (extension is X509SubjectAlternativeNameExtension alternatives)
                names.AddRange(alternatives.EnumerateDnsNames().Concat(alternatives.EnumerateIPAddresses().Select(static address => address.ToString())));
        }

        return names.Count == 0 ? $"no host ({certificate.Subject})" : string.Join(", ", names.Take(MostNames)) + (names.Count > MostNames ? ", …" : "");
    }

    private static string Utc(DateTime local) => local.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
