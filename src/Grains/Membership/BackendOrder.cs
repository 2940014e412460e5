namespace OrleansLb.Grains.Membership;

/// <summary>
/// Orders endpoints by their UTF-8 bytes, as processes in other languages that build the same ring do. Ordinal order of
/// UTF-16 differs only in that surrogates come before U+E000.
/// </summary>
internal sealed class BackendOrder : IComparer<string>
{
    public static BackendOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
            return string.CompareOrdinal(x, y);

        int common = x.AsSpan().CommonPrefixLength(y);
        return common == x.Length || common == y.Length ? x.Length.CompareTo(y.Length) : Rank(x[common]) - Rank(y[common]);
    }

    private static int Rank(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
}
