using System.Collections.Immutable;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;

namespace OrleansLb.Grains.Ejection;

/// <summary>
/// Decides which backends are off the ring, by what the lanes report. A backend goes when a majority of the lanes that have something for it say that it has taken nothing
/// for long enough; one process whose network is broken cannot eject for all. So that a fault of ours does not empty the ring, none goes while no backend is known to be
/// well, and no more than the share that is allowed. Used on its grain's turns only.
/// </summary>
internal sealed class EjectionPolicy(EjectionOptions options, TimeProvider time)
{
    /// <summary>How long a report counts.</summary>
    public static readonly TimeSpan Freshness = 3 * HealthReporter.QuietPeriod;

    // one that fails for this long may be the next to go, and counts among those that are not known to be well
    private static readonly TimeSpan Suspicion = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, (HealthReport Report, long At)> _lanes = new(StringComparer.Ordinal);

    /// <summary>Takes note of a report.</summary>
    public void Note(HealthReport report) => _lanes[report.Lane] = (report, time.GetTimestamp());

    /// <summary>What was said of a ring slot counts no more: its backend is in again, and is judged by what becomes of it from now on.</summary>
    public void Forget(int slot)
    {
        foreach (var (lane, (report, at)) in _lanes)
            _lanes[lane] = (report with { Slots = report.Slots.RemoveAll(said => said.Slot == slot) }, at);
    }

    /// <summary>The most backends that may be out.</summary>
    public int Limit(int backends) => Math.Min((int)Math.Ceiling(options.MaxShare * backends), backends - 1);

    /// <summary>The ring slots whose backends are to be out from now on.</summary>
    /// <param name="seats">The taken seats; who is out already stays out, until the probes bring it back or there would be nobody left.</param>
    public ImmutableHashSet<int> Decide(ImmutableArray<SlotAssignment> seats)
    {
        foreach (var (lane, (_, at)) in _lanes)
        {
            if (time.GetElapsedTime(at) > Freshness)
                _lanes.Remove(lane);
        }

        var owners = seats.Where(static seat => seat.Weight > 0).ToArray();
        var failing = owners.Where(static seat => !seat.IsEjected).Select(seat => (seat.Slot, For: FailingFor(seat))).Where(static seat => seat.For is not null).ToArray();
        var ejected = owners.Where(static seat => seat.IsEjected).Select(static seat => seat.Slot).ToArray();
        int suspects = failing.Count(seat => seat.For >= (Suspicion < options.After ? Suspicion : options.After));
        if (ejected.Length + suspects >= owners.Length)
            return [];

        int limit = Limit(owners.Length);
        var due = failing.Where(seat => seat.For >= options.After).OrderByDescending(static seat => seat.For).ThenBy(static seat => seat.Slot).Select(static seat => seat.Slot);
        return [.. ejected.Concat(due).Take(limit)];
    }

    /// <summary>For how long a backend has taken nothing by the word of a majority; null when most of those who have something for it see it take that, or nobody has anything.</summary>
    private TimeSpan? FailingFor(SlotAssignment seat)
    {
        string endpoint = BackendEndpoint.WithDefaultPort(seat.Backend);
        var words = new List<TimeSpan?>(_lanes.Count);
        foreach (var (report, _) in _lanes.Values)
        {
            foreach (var slot in report.Slots)
            {
                if (slot.Slot == seat.Slot && slot.Endpoint == endpoint)
                    words.Add(slot.FailingFor);
            }
        }

        // sorted, those who see it fail for the longest come first; the majority is as patient as its least impatient member
        words.Sort(static (x, y) => (y ?? TimeSpan.MinValue).CompareTo(x ?? TimeSpan.MinValue));
        return words.Count == 0 ? null : words[words.Count / 2];
    }
}
