using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace OrleansLb.Silo.Admin;

/// <summary>One user and one password, asked for by basic authentication (RFC 7617).</summary>
internal sealed class BasicLogin(string username, string password)
{
    private const string Scheme = "Basic ";
    private const string Challenge = "Basic realm=\"orleanslb\", charset=\"UTF-8\"";

    private readonly byte[] _expected = SHA256.HashData(Encoding.UTF8.GetBytes($"{username}:{password}"));

    /// <summary>Whether the request names both; if not, it has its answer: 401 and what to do about it.</summary>
    public bool Admits(HttpContext context)
    {
        if (IsExpected(context.Request.Headers.Authorization.ToString()))
            return true;
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = Challenge;
        return false;
    }

    // digests have one length, so the time of the comparison tells nothing of what was right
    private bool IsExpected(string header)
    {
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return false;
        byte[] given = new byte[header.Length];
        return Convert.TryFromBase64String(header[Scheme.Length..].Trim(), given, out int length)
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(given.AsSpan(0, length)), _expected);
    }
}
