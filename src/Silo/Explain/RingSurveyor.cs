using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;
using OrleansLb.Silo.CommandLine;
using OrleansLb.Silo.Load;

namespace OrleansLb.Silo.Explain;

/// <summary>Surveys one ring: its tables by counting every position, and a sample of trace IDs by looking each up.</summary>
internal sealed class RingSurveyor
{
    private const int TraceIdLength = 16;

    private readonly RingOptions _options;
    private readonly RingKind _ring;
    private readonly RingLayout _before;
    private readonly RingLayout _after;

    private RingSurveyor(RingOptions options, RingKind ring)
    {
        _options = options;
        _ring = ring;
        var state = MembershipState.Empty.Apply(options.Endpoints, ring);
        _before = RingLayout.From(state.ToSnapshot(), ring);
        // the change goes through the resolver grain's own plan, so that seats are kept and taken over as in a running process
        var wanted = options.Endpoints.Except(options.Remove, StringComparer.Ordinal).Concat(options.Add);
        _after = RingLayout.From(state.Apply(wanted, ring).ToSnapshot(), ring);
    }

    public static RingSurvey Survey(RingOptions options, RingKind ring) => new RingSurveyor(options, ring).Survey();

    private RingSurvey Survey()
    {
        var keysBefore = new int[_before.Table.SlotLimit];
        var keysAfter = new int[_after.Table.SlotLimit];
        int[] newSlots = NewSlots();
        int movedKeys = 0;
        var ids = new TraceIds(_options.Seed);
        Span<byte> id = stackalloc byte[TraceIdLength];
        for (int number = 0; number < _options.Keys; number++)
        {
            ids.Write((ulong)number, id);
            int position = _before.PlaceOf(id).Position;
            int from = _before.SlotAt(position), to = _after.SlotAt(position);
            keysBefore[from]++;
            keysAfter[to]++;
            if (newSlots[from] != to)
                movedKeys++;
        }

        bool changes = _options.Remove.Count + _options.Add.Count > 0;
        return new RingSurvey(
            _ring.Name(),
            _before.PositionCount,
            Shares(_before, keysBefore),
            changes ? Shares(_after, keysAfter) : null,
            changes ? Change(newSlots, (double)movedKeys / _options.Keys) : null);
    }

    /// <summary>The slot after the change of the backend on each slot before it, or -1.</summary>
    private int[] NewSlots()
    {
        var newSlots = new int[_before.Table.SlotLimit];
        Array.Fill(newSlots, -1);
        var slots = _after.Table.Slots.ToDictionary(static seat => seat.Backend, static seat => seat.Slot, StringComparer.Ordinal);
        foreach (var seat in _before.Table.Slots)
            newSlots[seat.Slot] = slots.GetValueOrDefault(seat.Backend, -1);
        return newSlots;
    }

    private static RingShares Shares(RingLayout layout, int[] keys)
    {
        var positions = new int[layout.Table.SlotLimit];
        for (int position = 0; position < layout.PositionCount; position++)
            positions[layout.SlotAt(position)]++;

        var backends = layout.Table.Slots
            .Select(seat => new BackendShare(seat.Backend, seat.Slot, positions[seat.Slot], (double)positions[seat.Slot] / layout.PositionCount, keys[seat.Slot]))
            .ToArray();
        return new RingShares(
            backends, Spread.Of([.. backends.Select(static b => b.Positions)]), Spread.Of([.. backends.Select(static b => b.Keys)]));
    }

    private RingChange Change(int[] newSlots, double measuredMoved)
    {
        int staying = _options.Endpoints.Count - _options.Remove.Count;
        var leaving = _before.Table.Slots.Where(seat => _options.Remove.Contains(seat.Backend)).Select(static seat => seat.Slot).ToHashSet();
        var joining = _after.Table.Slots.Where(seat => _options.Add.Contains(seat.Backend)).Select(static seat => seat.Slot).ToHashSet();
        int moved = 0, needless = 0;
        for (int position = 0; position < _before.PositionCount; position++)
        {
            int from = _before.SlotAt(position), to = _after.SlotAt(position);
            if (newSlots[from] == to)
                continue;
            moved++;
            if (!leaving.Contains(from) && !joining.Contains(to))
                needless++;
        }

        double count = _before.PositionCount;
        return new RingChange(
            RingChange.IdealOf(_options.Endpoints.Count, staying + _options.Add.Count, staying), moved / count, needless / count, measuredMoved);
    }
}
