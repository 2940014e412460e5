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
    private readonly Backend[] _wanted;
    private readonly RingLayout _before;
    private readonly RingLayout _after;

    private RingSurveyor(RingOptions options, RingKind ring)
    {
        _options = options;
        _ring = ring;
        var state = MembershipState.Empty.Apply(options.Endpoints, ring, options.Replicas);
        _before = RingLayout.From(state.ToSnapshot(), ring);
        // the change goes through the resolver grain's own plan, so that seats are kept, and taken over where they are, as in a running process
        _wanted = [.. options.Endpoints.ExceptBy(options.Remove, static backend => backend.Endpoint, StringComparer.Ordinal), .. options.Add];
        _after = RingLayout.From(state.Apply(_wanted, ring, options.Replicas).ToSnapshot(), ring);
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
            .Select(seat => new BackendShare(seat.Backend, seat.SetWeight, seat.Slot, positions[seat.Slot], (double)positions[seat.Slot] / layout.PositionCount, keys[seat.Slot]))
            .ToArray();
        return new RingShares(
            layout.Table.Fingerprint, backends, Spread.Of(PerWeight(static share => share.Positions)), Spread.Of(PerWeight(static share => share.Keys)));

        double[] PerWeight(Func<BackendShare, int> count) =>
            [.. backends.Where(static b => b.Weight != 0).Select(b => (double)count(b) / (b.Weight ?? Backend.OrdinaryWeight))];
    }

    private RingChange Change(int[] newSlots, double measuredMoved)
    {
        // whoever leaves, joins or has another weight must give or take
        var unchanged = _options.Endpoints.Intersect(_wanted).Select(static backend => backend.Endpoint).ToHashSet(StringComparer.Ordinal);
        var giving = _before.Table.Slots.Where(seat => !unchanged.Contains(seat.Backend)).Select(static seat => seat.Slot).ToHashSet();
        var taking = _after.Table.Slots.Where(seat => !unchanged.Contains(seat.Backend)).Select(static seat => seat.Slot).ToHashSet();
        int moved = 0, needless = 0;
        for (int position = 0; position < _before.PositionCount; position++)
        {
            int from = _before.SlotAt(position), to = _after.SlotAt(position);
            if (newSlots[from] == to)
                continue;
            moved++;
            if (!giving.Contains(from) && !taking.Contains(to))
                needless++;
        }

        double count = _before.PositionCount;
        return new RingChange(RingChange.IdealOf(OnRing(_options.Endpoints), OnRing(_wanted)), moved / count, needless / count, measuredMoved);

        Backend[] OnRing(IEnumerable<Backend> backends) =>
            [.. _ring == RingKind.Partitions ? backends : backends.Select(static backend => new Backend(backend.Endpoint))];
    }
}
