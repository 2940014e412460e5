using OrleansLb.Grains.Routing;

namespace OrleansLb.Grains.Handover;

/// <summary>What happens between two routers: windows end, generations take turns, the ring changes.</summary>
public sealed partial class KeyHandover
{
    private KeyGeneration Current => _generations[^1];

    private HandoverRouter Advance(RoutingTable newest, RoutingTable? known, long now)
    {
        if (known is null || known.SlotOfPosition.Length != newest.SlotOfPosition.Length)
        {
            Begin(newest, now);
            known = newest;
        }

        EndWindows(known, now);
        bool noNotes = Turn(known, now);
        Forget(now);

        // a request may come by with a table that it read before another request brought a newer one
        if (!ReferenceEquals(newest, known) && newest.Epoch >= known.Epoch)
        {
            Adopt(known, newest, noNotes, now);
            known = newest;
        }

        var moving = _moving.Next(0) < 0 ? null : _moving.Clone();
        return new HandoverRouter(known, Current.Keys, [.. _generations[..^1]], moving, Math.Min(Current.Ended, _firstEnd), _counts);
    }

    private void Begin(RoutingTable table, long now)
    {
        int positions = table.SlotOfPosition.Length;
        _generations.Clear();
        _generations.Add(NewGeneration(table, now));
        _moving = new PositionSet(positions);
        _until = new long[positions];
        _firstEnd = long.MaxValue;
    }

    /// <summary>Keys whose window is over go to the newest owner from now on, and do not come back.</summary>
    private void EndWindows(RoutingTable table, long now)
    {
        if (now < _firstEnd)
            return;

        var gone = CloneGone();
        _firstEnd = long.MaxValue;
        for (int position = _moving.Next(0); position >= 0; position = _moving.Next(position + 1))
        {
            if (_until[position] > now)
            {
                _firstEnd = Math.Min(_firstEnd, _until[position]);
                continue;
            }

            _moving.Remove(position);
            for (int i = 0; i < gone.Length; i++)
            {
                if (_generations[i].SlotAt(position) != table.SlotOfPosition[position])
                    gone[i].Add(position);
            }
        }

        PutGone(gone);
    }

    /// <summary>Begins a new generation when the last has lasted for a window or is full.</summary>
    /// <returns>Whether it did: then the last has no notes as yet.</returns>
    private bool Turn(RoutingTable table, long now)
    {
        if (now < Current.Ended && !Current.Keys.IsFull)
            return false;
        _generations[^1] = Current with { Ended = Math.Min(now, Current.Ended) };
        MakeRoom(table);
        _generations.Add(NewGeneration(table, now));
        return true;
    }

    /// <summary>Drops generations that are too old and that no hand-over needs.</summary>
    private void Forget(long now)
    {
        for (int i = _generations.Count - 2; i >= 0; i--)
        {
            if (now - _generations[i].Ended >= _window && !IsNeeded(_generations[i]))
                _generations.RemoveAt(i);
        }
    }

    private bool IsNeeded(KeyGeneration generation)
    {
        for (int position = _moving.Next(0); position >= 0; position = _moving.Next(position + 1))
        {
            if (!generation.Gone.Contains(position))
                return true;
        }

        return false;
    }

    private void Adopt(RoutingTable former, RoutingTable newest, bool noNotes, long now)
    {
        var before = former.SlotOfPosition;
        var after = newest.SlotOfPosition;
        if (before.SequenceEqual(after))
        {
            _generations[^1] = Current with { Table = newest };
        }
        else
        {
            if (noNotes)
                _generations.RemoveAt(_generations.Count - 1);
            else
                _generations[^1] = Current with { Ended = now };
            MakeRoom(former);
            _generations.Add(NewGeneration(newest, now));
            _firstEnd = Math.Min(_firstEnd, now + _window);
            for (int position = 0; position < before.Length; position++)
            {
                if (before[position] == after[position])
                    continue;
                _moving.Add(position);
                _until[position] = now + _window;
            }
        }

        StrikeOutGone(former, newest);
        StopNeedless();
    }

    /// <summary>A seat whose backend is not the same any more has nothing to go on with: the keys it would keep go to their new owners at once.</summary>
    private void StrikeOutGone(RoutingTable former, RoutingTable newest)
    {
        var gone = CloneGone();
        for (int position = _moving.Next(0); position >= 0; position = _moving.Next(position + 1))
        {
            for (int i = 0; i < gone.Length; i++)
            {
                int slot = _generations[i].SlotAt(position);
                if (slot != newest.SlotOfPosition[position] && !HasSameBackend(former, newest, slot))
                    gone[i].Add(position);
            }
        }

        PutGone(gone);
    }

    private static bool HasSameBackend(RoutingTable former, RoutingTable newest, int slot) =>
        former.SeatOf(slot) is { } then && newest.SeatOf(slot) is { IsEjected: false } now && then.Since == now.Since && then.Backend == now.Backend;

    /// <summary>
    /// Ends the hand-over of positions whose earlier owners are all gone. One that came back to its owner stays: what the owner kept
    /// meanwhile is noted in no later generation.
    /// </summary>
    private void StopNeedless()
    {
        for (int position = _moving.Next(0); position >= 0; position = _moving.Next(position + 1))
        {
            bool isKnown = false;
            for (int i = 0; i < _generations.Count - 1 && !isKnown; i++)
                isKnown = !_generations[i].Gone.Contains(position);
            if (!isKnown)
                _moving.Remove(position);
        }
    }

    private void MakeRoom(RoutingTable table)
    {
        if (_generations.Count < MostGenerations)
            return;
        var oldest = _generations[0];
        int cut = 0;
        for (int position = _moving.Next(0); position >= 0; position = _moving.Next(position + 1))
        {
            if (!oldest.Gone.Contains(position) && oldest.SlotAt(position) != table.SlotOfPosition[position])
                cut++;
        }

        _generations.RemoveAt(0);
        _counts.CutShortBy(cut);
        StopNeedless();
    }

    private KeyGeneration NewGeneration(RoutingTable table, long now)
    {
        int positions = table.SlotOfPosition.Length;
        long words = _memory / (MostGenerations * sizeof(ulong));
        int shared = 0;
        while (positions >> shared > words)
            shared++;
        var keys = new KeyFilter(positions, (int)Math.Clamp(words / positions, 1, MostWords), shared);
        return new KeyGeneration(table, keys, now, now + _window, new PositionSet(positions));
    }

    // routers read the sets while they are in force
    private PositionSet[] CloneGone() => [.. _generations[..^1].Select(static generation => generation.Gone.Clone())];

    private void PutGone(PositionSet[] gone)
    {
        for (int i = 0; i < gone.Length; i++)
            _generations[i] = _generations[i] with { Gone = gone[i] };
    }
}
