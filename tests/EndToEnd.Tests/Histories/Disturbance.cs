namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>A time in which a backend may have taken something and the program never heard so, or forgot it: what may come again.</summary>
/// <param name="Backend">The backend, as index in <see cref="History.Backends"/>; null: the program itself was killed, so all of them.</param>
internal sealed record Disturbance(int? Backend, TimeSpan From, TimeSpan To, string What)
{
    /// <summary>
    /// Whether requests were moving from one store to another, from the queue in front of the split to those of ring slots or from a vacant slot to the new
    /// owners: what was under way at the end of this time may be in both, and come once more after it.
    /// </summary>
    public bool DoublesWhatIsUnderWay { get; init; }

    /// <summary>The backend is in trouble, but no answer is lost by that: what it takes it says, so that no copy is excused.</summary>
    public bool AnswersAll { get; init; }

    public bool Overlaps(TimeSpan from, TimeSpan to) => From <= to && from <= To;

    public bool Excuses(in Receipt receipt) => !AnswersAll && (Backend is null || Backend == receipt.Backend) && From <= receipt.At && receipt.At <= To;
}
