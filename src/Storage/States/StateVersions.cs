using System.Globalization;

namespace OrleansLb.Storage.States;

/// <summary>
/// Draws the versions of records: numbers that no record of the store has had before, also after it was removed and written anew, and also by
/// another process. They start at a random place of 62 bits; within a process they only grow.
/// </summary>
internal sealed class StateVersions
{
    private long _last = Random.Shared.NextInt64(1, 1L << 62);

    public long Next() => Interlocked.Increment(ref _last);

    public static string ToETag(long version) => version.ToString(CultureInfo.InvariantCulture);

    /// <summary>The version in an ETag of this store; false if it is of another store.</summary>
    public static bool TryParse(string eTag, out long version) =>
        long.TryParse(eTag, NumberStyles.None, CultureInfo.InvariantCulture, out version);
}
