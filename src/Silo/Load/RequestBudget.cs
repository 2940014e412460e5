namespace OrleansLb.Silo.Load;

/// <summary>How many requests may still be sent, shared by the workers.</summary>
internal sealed class RequestBudget(long requests)
{
    private long _left = requests;

    /// <summary>Takes <paramref name="count"/> requests while any are left.</summary>
    public bool TryTake(int count) => Interlocked.Add(ref _left, -count) > -count;
}
