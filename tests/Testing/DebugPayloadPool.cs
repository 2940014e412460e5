using OrleansLb.Otlp.Memory;

namespace OrleansLb.Testing;

/// <summary>
/// A payload pool that trusts nobody: it hands out arrays of exactly the asked length, full of junk, never hands one out twice,
/// poisons what comes back and looks later whether the poison is still there.
/// </summary>
/// <remarks>Safe for concurrent use. Returned arrays stay in memory up to a limit; then the oldest are checked and let go.</remarks>
public sealed class DebugPayloadPool : PayloadPool
{
    private const byte Junk = 0xA5;
    private const byte Poison = 0xDB;
    private const long QuarantineBytes = 256L * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<byte[], Lease> _outstanding = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<byte[]> _quarantined = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<byte[]> _quarantine = new();
    private readonly List<string> _faults = [];
    private readonly bool _traceRents;
    private long _quarantineBytes;
    private int _rents;
    private int _leftBehind;

    /// <summary>A pool of its own for one test.</summary>
    /// <param name="traceRents">Keeps the stack of every rent, so that a leak is reported with its place; slow.</param>
    public DebugPayloadPool(bool traceRents = false) => _traceRents = traceRents;

    /// <summary>Arrays that are out.</summary>
    public int Outstanding
    {
        get
        {
            lock (_gate)
                return _outstanding.Count;
        }
    }

    /// <summary>Arrays ever handed out.</summary>
    public int Rents
    {
        get
        {
            lock (_gate)
                return _rents;
        }
    }

    /// <summary>Arrays that were given up without coming back.</summary>
    public int LeftBehind
    {
        get
        {
            lock (_gate)
                return _leftBehind;
        }
    }

    /// <summary>Fails when an array is still out, came back twice, came from elsewhere, or was written to after its return.</summary>
    /// <exception cref="InvalidOperationException">Lists everything found.</exception>
    public void AssertClean()
    {
        lock (_gate)
        {
            foreach (byte[] array in _quarantine)
                CheckPoison(array);
            foreach (var lease in _outstanding.Values)
                _faults.Add($"rent {lease.Number} of {lease.Length} bytes was not returned{lease.Stack}");
            if (_faults.Count > 0)
                throw new InvalidOperationException($"The payload pool is not clean:\n- {string.Join("\n- ", _faults)}");
        }
    }

    /// <inheritdoc/>
    protected override byte[] RentArray(int minimumLength)
    {
        byte[] array = GC.AllocateUninitializedArray<byte>(minimumLength);
        array.AsSpan().Fill(Junk);
        string? stack = _traceRents ? $", rented\n{Environment.StackTrace}" : null;
        lock (_gate)
            _outstanding.Add(array, new Lease(++_rents, minimumLength, stack));
        return array;
    }

    /// <inheritdoc/>
    protected override void LeaveArray(byte[] array)
    {
        lock (_gate)
            _leftBehind++;
    }

    /// <inheritdoc/>
    protected override void ReturnArray(byte[] array)
    {
        ArgumentNullException.ThrowIfNull(array);
        lock (_gate)
        {
            if (!_outstanding.Remove(array))
            {
                _faults.Add(_quarantined.Contains(array)
                    ? $"an array of {array.Length} bytes was returned twice"
                    : $"an array of {array.Length} bytes came back that was never rented, or was returned long ago");
                return;
            }

            array.AsSpan().Fill(Poison);
            _quarantine.Enqueue(array);
            _quarantined.Add(array);
            _quarantineBytes += array.Length;
            while (_quarantineBytes > QuarantineBytes)
            {
                byte[] oldest = _quarantine.Dequeue();
                _quarantined.Remove(oldest);
                _quarantineBytes -= oldest.Length;
                CheckPoison(oldest);
            }
        }
    }

    private void CheckPoison(byte[] array)
    {
        int touched = array.AsSpan().IndexOfAnyExcept(Poison);
        if (touched >= 0)
            _faults.Add($"an array of {array.Length} bytes was written to after its return, first at offset {touched}");
    }

    private readonly record struct Lease(int Number, int Length, string? Stack);
}
