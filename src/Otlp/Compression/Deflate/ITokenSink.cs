namespace OrleansLb.Otlp.Compression.Deflate;

/// <summary>Takes what the <see cref="MatchFinder"/> finds, in the order of the input.</summary>
/// <remarks>Implemented by structs, for each of which the finder is compiled anew.</remarks>
internal unsafe interface ITokenSink
{
    /// <summary>Whether what was added reaches up to <paramref name="limit"/>.</summary>
    bool HasReached(void* limit);

    /// <summary>Adds bytes as they are. Whole vectors may be loaded: <see cref="MatchFinder.Margin"/> bytes from <paramref name="from"/> on can be read.</summary>
    void AddLiterals(byte* from, nint count);

    /// <summary>Says how far back the matches are that follow.</summary>
    void SetDistance(int distance);

    /// <summary>Adds a match of 3 to 258 bytes.</summary>
    void AddMatch(int length);
}
