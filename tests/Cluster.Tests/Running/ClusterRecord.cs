using System.Collections.Concurrent;
using System.Collections.Immutable;
using OrleansLb.EndToEnd.Tests.Histories;

namespace OrleansLb.Cluster.Tests.Running;

/// <summary>What happened in a run of a scenario. Safe for concurrent use.</summary>
internal sealed class ClusterRecord
{
    private readonly ConcurrentQueue<Exchange> _exchanges = new();
    private ImmutableList<Trouble> _troubles = [];
    private ImmutableList<DeadLane> _deadLanes = [];
    private ImmutableList<string> _faults = [];
    private ImmutableList<string> _notes = [];

    public HistoryRecorder History { get; } = new(TimeProvider.System);

    /// <summary>When processes and connections were warm and the scenario began.</summary>
    public TimeSpan Began { get; set; }

    /// <summary>How long the machine kept a thread from waking up, at most.</summary>
    public TimeSpan MachineStall { get; set; }

    public IReadOnlyCollection<Exchange> Exchanges => _exchanges;

    public IReadOnlyList<Trouble> Troubles => _troubles;

    public IReadOnlyList<DeadLane> DeadLanes => _deadLanes;

    /// <summary>What a scenario looked for in vain.</summary>
    public IReadOnlyList<string> Faults => _faults;

    public IReadOnlyList<string> Notes => _notes;

    public void Exchanged(Exchange exchange) => _exchanges.Enqueue(exchange);

    /// <summary>From now on nothing that this run of a member does or fails to do surprises anybody.</summary>
    public void Trouble(int life) => ImmutableInterlocked.Update(ref _troubles, static (troubles, trouble) => troubles.Add(trouble), new Trouble(life, History.Now));

    public bool IsTroubled(int life, TimeSpan at)
    {
        foreach (var trouble in _troubles)
        {
            if (trouble.Life == life && trouble.From <= at)
                return true;
        }

        return false;
    }

    public void Died(DeadLane lane) => ImmutableInterlocked.Update(ref _deadLanes, static (lanes, lane) => lanes.Add(lane), lane);

    public void Fault(string what) => ImmutableInterlocked.Update(ref _faults, static (faults, fault) => faults.Add(fault), what);

    public void Note(string what) => ImmutableInterlocked.Update(ref _notes, static (notes, note) => notes.Add(note), what);
}

/// <summary>A run of a member that something is done to, from then on to its end.</summary>
internal readonly record struct Trouble(int Life, TimeSpan From);

/// <summary>The lane of a silo that has gone.</summary>
/// <param name="Life">The run of the member whose clients used it; null: clients reach silos through members of the role ingress, so anything that was acknowledged before may have been in it.</param>
/// <param name="Lost">When the silo stood still, was killed, or was asked to stop.</param>
/// <param name="Gone">When another silo knew that it was not there any more.</param>
/// <param name="MemoryDies">Whether what was in its memory is lost with it.</param>
internal sealed record DeadLane(int? Life, TimeSpan Lost, TimeSpan Gone, bool MemoryDies)
{
    /// <summary>What clients of an ingress heard this long before a silo was lost may have been in its memory.</summary>
    private static readonly TimeSpan s_reach = TimeSpan.FromSeconds(10);

    /// <summary>Whether something that was acknowledged then by that member may have been in the lane.</summary>
    public bool MayHold(ClientAttempt acknowledged) => Life is { } life
        ? acknowledged.Life == life
        : Lost - s_reach <= acknowledged.AnsweredAt && acknowledged.AnsweredAt <= Gone;
}
