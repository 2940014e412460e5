using System.Diagnostics.CodeAnalysis;

namespace OrleansLb.Otlp.Memory;

/// <summary>The idle arrays of one length. The last one that came back goes out first: it is the likeliest to be in the processor's cache.</summary>
internal sealed class PoolShelf
{
    private readonly Lock _gate = new();
    private readonly Stack<byte[]> _idle = [];
    private int _fewest;

    /// <summary>When it was last of use, by the count of all uses of the pool.</summary>
    public long LastUse { get; private set; }

    /// <summary>Arrays that wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _idle.Count;
        }
    }

    public bool TryTake([NotNullWhen(true)] out byte[]? array, long use)
    {
        lock (_gate)
        {
            LastUse = use;
            if (!_idle.TryPop(out array))
                return false;
            _fewest = Math.Min(_fewest, _idle.Count);
            return true;
        }
    }

    public void Put(byte[] array)
    {
        lock (_gate)
            _idle.Push(array);
    }

    /// <summary>Lets one array go.</summary>
    public bool TryDrop()
    {
        lock (_gate)
        {
            if (!_idle.TryPop(out _))
                return false;
            _fewest = Math.Min(_fewest, _idle.Count);
            return true;
        }
    }

    /// <summary>Lets those go that nobody needed since the last time.</summary>
    /// <returns>How many.</returns>
    public int Trim()
    {
        lock (_gate)
        {
            int spare = _fewest;
            for (int i = 0; i < spare; i++)
                _idle.Pop();
            _fewest = _idle.Count;
            _idle.TrimExcess();
            return spare;
        }
    }
}
