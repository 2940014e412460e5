namespace OrleansLb.Grains.Exporting;

/// <summary>The largest message that the backend of a ring slot takes, as far as its refusals tell. Used on its grain's turns only.</summary>
/// <param name="time">The clock.</param>
internal sealed class KnownLimit(TimeProvider time)
{
    // A backend may be given more: then one request is refused in vain each time.
    private static readonly TimeSpan Age = TimeSpan.FromHours(1);

    private string? _endpoint;
    private int _bytes;
    private long _learned;

    /// <summary>Keeps a limit.</summary>
    /// <returns>Whether it is news.</returns>
    public bool Learn(string endpoint, int bytes)
    {
        bool isNews = Of(endpoint) is not { } known || bytes < known;
        if (isNews)
            (_endpoint, _bytes, _learned) = (endpoint, bytes, time.GetTimestamp());
        return isNews;
    }

    /// <summary>The limit in bytes, uncompressed; null while none is known.</summary>
    public int? Of(string endpoint) => _endpoint == endpoint && time.GetElapsedTime(_learned) < Age ? _bytes : null;
}
