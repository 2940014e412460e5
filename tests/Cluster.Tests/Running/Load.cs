namespace OrleansLb.Cluster.Tests.Running;

/// <summary>How much traffic there is, and for how long.</summary>
/// <param name="ClientsPerMember">Clients of each process with receivers, each with one request at a time.</param>
/// <param name="SpansPerSecond">Of all clients together, as long as they are answered at once.</param>
/// <param name="WarmUp">How long traffic flows before anything happens.</param>
/// <param name="Afterwards">How long it goes on once everything that is to happen has happened.</param>
internal sealed record Load(int ClientsPerMember, int SpansPerSecond, TimeSpan WarmUp, TimeSpan Afterwards)
{
    /// <summary>Small requests: their price is the highest, and the spans of a trace come in with many of them.</summary>
    public const int SpansPerRequest = 15;

    public static readonly Load Short = new(ClientsPerMember: 2, SpansPerSecond: 900, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4));

    public static readonly Load Long = new(ClientsPerMember: 4, SpansPerSecond: 3000, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(6));

    /// <summary>How long each client waits between two requests.</summary>
    public TimeSpan Pause(int members) => TimeSpan.FromSeconds((double)members * ClientsPerMember * SpansPerRequest / SpansPerSecond);
}
