namespace OrleansLb.Cluster.Tests.Running;

/// <summary>How much traffic there is, and for how long.</summary>
/// <param name="ClientsPerMember">Clients of each process with receivers, each with one request at a time.</param>
/// <param name="SpansPerSecond">Of all clients together, as long as they are answered at once.</param>
/// <param name="WarmUp">How long traffic flows before anything happens.</param>
/// <param name="Afterwards">How long it goes on once everything that is to happen has happened.</param>
/// <param name="LongestStall">How long a request may take at a member that nothing is done to.</param>
internal sealed record Load(int ClientsPerMember, int SpansPerSecond, TimeSpan WarmUp, TimeSpan Afterwards, TimeSpan LongestStall)
{
    /// <summary>Small requests: their price is the highest, and the spans of a trace come in with many of them.</summary>
    public const int SpansPerRequest = 15;

    /// <summary>Beside other tests on the same two cores, which make everything wait: only what is longer than any of that counts.</summary>
    public static readonly Load Short = new(ClientsPerMember: 2, SpansPerSecond: 900, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(4), LongestStall: TimeSpan.FromSeconds(3));

    public static readonly Load Long = new(ClientsPerMember: 4, SpansPerSecond: 3000, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(6), LongestStall: TimeSpan.FromSeconds(1));

    /// <summary>How long each client waits between two requests.</summary>
    public TimeSpan Pause(int members) => TimeSpan.FromSeconds((double)members * ClientsPerMember * SpansPerRequest / SpansPerSecond);
}
