namespace OrleansLb.Silo.CommandLine;

/// <summary>What a process of a cluster does.</summary>
internal enum ProcessRole : byte
{
    /// <summary>Receives, routes and hosts grains. The only role without a cluster.</summary>
    All = 0,

    /// <summary>Hosts grains; has no receivers.</summary>
    Silo = 1,

    /// <summary>Receives and routes; calls the grains of the silos as their client.</summary>
    Ingress = 2,
}

/// <summary>The names of the roles on the command line.</summary>
internal static class ProcessRoles
{
    public static string Names { get; } = string.Join(", ", Enum.GetValues<ProcessRole>().Select(static role => role.Name()));

    public static string Name(this ProcessRole role) => role switch
    {
        ProcessRole.Silo => "silo",
        ProcessRole.Ingress => "ingress",
        _ => "all",
    };

    public static bool HostsSilo(this ProcessRole role) => role != ProcessRole.Ingress;

    public static bool Receives(this ProcessRole role) => role != ProcessRole.Silo;

    public static bool TryParse(string text, out ProcessRole role)
    {
        foreach (var known in Enum.GetValues<ProcessRole>())
        {
            role = known;
            if (known.Name() == text)
                return true;
        }

        role = ProcessRole.All;
        return false;
    }
}
