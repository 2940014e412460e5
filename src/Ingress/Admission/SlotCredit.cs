using OrleansLb.Grains.Exporting.Messages;

namespace OrleansLb.Ingress.Admission;

/// <summary>What a router knows of the room in one queue. Guarded by the lock of its <see cref="AdmissionControl"/>.</summary>
internal sealed class SlotCredit(int slot)
{
    private long _session;
    private bool _holdsNone = true;
    private long _lost;
    private long _granted;

    public int Slot => slot;

    /// <summary>Room that may be filled without asking.</summary>
    public long Available { get; private set; }

    /// <summary>Room that the queue frees in a second, as it said last.</summary>
    public double DrainRate { get; private set; }

    /// <summary>Requests that wait for this queue, by the order in which they came.</summary>
    public LinkedList<WaitingRequest> Waiting { get; } = [];

    /// <summary>The room that those need here.</summary>
    public long WaitedFor { get; set; }

    /// <summary>When a request last needed it, as a timestamp.</summary>
    public long UsedAt { get; set; }

    /// <summary>A question is under way.</summary>
    public bool IsAsking { get; set; }

    /// <summary>Half of what there was last is spent: time to ask before it is missed.</summary>
    public bool IsLow => Available * 2 < _granted;

    public void Take(long room) => Available -= room;

    public void GiveBack(long room) => Available += room;

    /// <summary>Nobody knows whether a part has arrived that was paid for.</summary>
    public void Lose(long room) => _lost += room;

    /// <summary>The queue has refused a part that was paid for: whatever it promised is to be asked for again.</summary>
    public void Distrust()
    {
        Available = 0;
        _holdsNone = true;
    }

    public CreditRequest Ask(string router, TimeSpan patience)
    {
        long least = Waiting.First is { } first ? Math.Max(1, first.Value.RoomAt(slot) - Available) : 0;
        var request = new CreditRequest
        {
            Router = router,
            Least = least,
            Patience = least > 0 ? patience : TimeSpan.Zero,
            Lost = _lost,
            HoldsNone = _holdsNone,
        };
        if (_holdsNone)
            Available = 0;
        _lost = 0;
        _holdsNone = false;
        return request;
    }

    public void Granted(CreditGrant grant)
    {
        if (grant.Session != _session)
            Available = 0;
        _session = grant.Session;
        Available += grant.Room;
        _granted = Available;
        DrainRate = grant.DrainRate;
    }
}
