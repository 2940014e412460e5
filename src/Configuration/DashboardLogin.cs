using OrleansLb.Clustering.Settings;

namespace OrleansLb.Configuration;

/// <summary>Who may see the dashboard: the block <c>dashboard_auth</c>.</summary>
public sealed record DashboardLogin
{
    /// <summary>The user's name; without a colon, which ends it in basic authentication (RFC 7617, section 2).</summary>
    public string Username { get; init; } = "";

    /// <summary>The password; null: it is in <see cref="PasswordFile"/>.</summary>
    public Secret? Password { get; init; }

    /// <summary>A file that holds the password instead, read once at the start.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>What is wrong with it, or null.</summary>
    internal string? Fault()
    {
        if (Username.Length == 0 || Username.Contains(':', StringComparison.Ordinal))
            return "username must not be empty and must not contain a colon";
        return Password is null == PasswordFile is null ? "exactly one of password and password_file must be given" : null;
    }
}
