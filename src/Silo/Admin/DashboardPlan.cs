using OrleansLb.Configuration;
using OrleansLb.Silo.CommandLine;

namespace OrleansLb.Silo.Admin;

/// <summary>Whether this process shows the dashboard, and to whom, by its configuration and its command line.</summary>
/// <param name="IsOn">Whether it does.</param>
/// <param name="Login">Who may see it; null: whoever reaches the admin listener.</param>
/// <param name="Faults">What keeps the program from starting.</param>
internal sealed record DashboardPlan(bool IsOn, BasicLogin? Login, IReadOnlyList<string> Faults)
{
    /// <summary>The configuration, which all roles share, asks for a dashboard that this process cannot have: it goes without.</summary>
    public bool IsForSilosOnly { get; private init; }

    public static DashboardPlan Of(ProcessOptions process, RunOptions options)
    {
        if (!process.Dashboard && !options.Dashboard)
            return new DashboardPlan(false, null, []);
        if (!options.Role.HostsSilo())
        {
            return options.Dashboard
                ? new DashboardPlan(false, null, [$"command line: --dashboard: --role={options.Role.Name()} hosts no silo; processes of the roles all and silo have the dashboard"])
                : new DashboardPlan(false, null, []) { IsForSilosOnly = true };
        }

        if (process.DashboardLogin is not { } login)
            return new DashboardPlan(true, null, []);
        return Password(login, out string? fault) is { } password
            ? new DashboardPlan(true, new BasicLogin(login.Username, password), [])
            : new DashboardPlan(false, null, [fault!]);
    }

    private static string? Password(DashboardLogin login, out string? fault)
    {
        fault = null;
        if (login.PasswordFile is not { } path)
            return login.Password?.Value;
        try
        {
            // editors and secrets of orchestrators end files with a new line
            string text = File.ReadAllText(path).TrimEnd('\r', '\n');
            fault = text.Length == 0 ? $"dashboard_auth: password_file: {path} is empty" : null;
            return text.Length == 0 ? null : text;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            fault = $"dashboard_auth: password_file: {exception.Message}";
            return null;
        }
    }
}
