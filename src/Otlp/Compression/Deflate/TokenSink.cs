using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OrleansLb.Otlp.Compression.Deflate;

/// <summary>Keeps tokens, for blocks whose codes depend on them.</summary>
/// <param name="tokens">Where they go.</param>
internal unsafe struct TokenSink(uint* tokens) : ITokenSink
{
    /// <summary>Room for tokens that is needed behind the limit.</summary>
    public const int Slack = MatchFinder.MostLiterals + AtOnce + (2 * MatchFinder.MostMatches);

    // as many bytes as a vector holds
    private const int AtOnce = 16;

    private uint* _next = tokens;
    private uint _distance;

    public readonly bool HasReached(void* limit) => _next >= limit;

    /// <summary>How many tokens there are.</summary>
    public readonly int CountFrom(uint* first) => (int)(_next - first);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddLiterals(byte* from, nint count)
    {
        uint* to = _next, behind = to + count;
        do
        {
            var (low, high) = Vector128.Widen(Vector128.Load(from));
            var (first, second) = Vector128.Widen(low);
            var (third, fourth) = Vector128.Widen(high);
            first.Store(to);
            second.Store(to + 4);
            third.Store(to + 8);
            fourth.Store(to + 12);
            from += AtOnce;
            to += AtOnce;
        }
        while (to < behind);
        _next = behind;
    }

    public void SetDistance(int distance) => _distance = DeflateToken.Distance(distance);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddMatch(int length)
    {
        _next[0] = DeflateToken.Length(length);
        _next[1] = _distance;
        _next += 2;
    }
}
