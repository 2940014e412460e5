namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>A time in which a backend may have taken something and the program never heard so, or forgot it: what may come again.</summary>
/// <param name="Backend">The backend, as index in <see cref="History.Backends"/>; null: the program itself was killed, so all of them.</param>
internal sealed record Disturbance(int? Backend, TimeSpan From, TimeSpan To, string What)
{
    public bool Excuses(in Receipt receipt) => (Backend is null || Backend == receipt.Backend) && From <= receipt.At && receipt.At <= To;
}
