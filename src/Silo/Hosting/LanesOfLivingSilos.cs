using OrleansLb.Grains.Options;
using OrleansLb.Ingress.Pipeline;

namespace OrleansLb.Silo.Hosting;

/// <summary>
/// The lanes of a process without a silo: those of all living silos, in turn. So any number of such processes load the silos evenly, a silo that joins gets its share of the new requests,
/// and one that is gone gets none.
/// </summary>
internal sealed class LanesOfLivingSilos : ILaneChoice
{
    /// <summary>How long a lane is left out that did not answer although its silo is said to live.</summary>
    public static readonly TimeSpan DoubtFor = TimeSpan.FromSeconds(5);

    /// <summary>How long the lanes of the others may take to answer calls that were under way when a silo went: those that went through it are not answered.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly ILivingSilos _silos;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<LaneIdentity, TaskCompletionSource> _gone = [];
    private readonly Dictionary<LaneIdentity, long> _doubted = [];
    private IReadOnlyList<string> _names = [];
    private volatile LaneIdentity[] _lanes = [];
    private long _endsDoubt = long.MaxValue;

    public LanesOfLivingSilos(ILivingSilos silos, TimeProvider time)
    {
        (_silos, _time) = (silos, time);
        silos.Changed += Settle;
    }

    public IReadOnlyList<LaneIdentity> Current
    {
        get
        {
            if (!ReferenceEquals(Volatile.Read(ref _names), _silos.Names) || _time.GetTimestamp() >= Volatile.Read(ref _endsDoubt))
                Settle();
            return _lanes is { Length: > 0 } lanes ? lanes : throw new InvalidOperationException("the lanes are known when the cluster is");
        }
    }

    public Task GoneOf(LaneIdentity lane)
    {
        lock (_gate)
        {
            if (!_gone.TryGetValue(lane, out var gone))
                _gone.Add(lane, gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            return gone.Task;
        }
    }

    public void Doubt(LaneIdentity lane)
    {
        lock (_gate)
            _doubted[lane] = _time.GetTimestamp();
        Settle();
    }

    /// <summary>Ends once there is a lane.</summary>
    /// <exception cref="OperationCanceledException">There is none.</exception>
    public Task KnownAsync(CancellationToken cancellationToken) => _silos.FirstAsync(cancellationToken);

    private void Settle()
    {
        lock (_gate)
        {
            var names = _silos.Names;
            bool hasDeparted = _names.Any(name => !names.Contains(name));
            long now = _time.GetTimestamp();
            long period = (long)(DoubtFor.TotalSeconds * _time.TimestampFrequency);
            foreach (var (lane, since) in _doubted)
            {
                if (now - since >= period)
                    _doubted.Remove(lane);
            }

            // of the silos that are left, all are doubtful: then none is more so than the others
            LaneIdentity[] living = [.. names.Select(static name => new LaneIdentity(name))];
            LaneIdentity[] trusted = [.. living.Where(lane => !_doubted.ContainsKey(lane))];
            var lanes = trusted.Length > 0 ? trusted : living;
            if (lanes.Length > 0 && !lanes.AsSpan().SequenceEqual(_lanes))
                _lanes = lanes;
            Volatile.Write(ref _endsDoubt, _doubted.Count == 0 ? long.MaxValue : _doubted.Values.Min() + period);
            Volatile.Write(ref _names, names);
            if (names.Count == 0)
                return;
            foreach (var (lane, gone) in _gone)
            {
                bool isGone = !living.Contains(lane);
                if (!isGone && !hasDeparted)
                    continue;
                _gone.Remove(lane);
                if (isGone)
                    gone.SetResult();
                else
                    _ = Task.Delay(Grace, _time).ContinueWith(_ => gone.SetResult(), TaskScheduler.Default);
            }
        }
    }
}
