namespace OrleansLb.Silo.Demo;

/// <summary>What a change of the backends did to a sample of keys.</summary>
/// <param name="Keys">Keys in the sample.</param>
/// <param name="Moved">Keys that went to another backend than before.</param>
/// <param name="Needless">Keys that moved although neither their old backend left nor their new one joined.</param>
internal sealed record KeyMove(int Keys, int Moved, int Needless)
{
    public double Share => (double)Moved / Keys;

    /// <summary>Compares the owners of the keys before and after a change.</summary>
    /// <param name="before">Key → backend before.</param>
    /// <param name="after">Key → backend after; the same keys.</param>
    /// <param name="changed">The backend that joined or left.</param>
    public static KeyMove Between(IReadOnlyDictionary<UInt128, string> before, IReadOnlyDictionary<UInt128, string> after, string changed)
    {
        int moved = 0, needless = 0;
        foreach (var (key, owner) in before)
        {
            string newOwner = after[key];
            if (owner == newOwner)
                continue;
            moved++;
            if (owner != changed && newOwner != changed)
                needless++;
        }

        return new KeyMove(before.Count, moved, needless);
    }
}
