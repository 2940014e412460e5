using System.Runtime.InteropServices;
using System.Security.Cryptography;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>The parts of the traces of one scope: the spans of a trace follow the first of them there.</summary>
internal sealed class TraceGroups
{
    private static readonly (ulong First, ulong Second) Factors = (SecretFactor(), SecretFactor());

    private Group[] _groups = new Group[64];
    private int _count;
    private int _stamp;

    public int Capacity => _groups.Length;

    /// <summary>Begins a scope.</summary>
    public void Clear()
    {
        _count = 0;
        if (++_stamp != int.MaxValue)
            return;
        Array.Clear(_groups);
        _stamp = 1;
    }

    /// <summary>The part of a trace.</summary>
    /// <param name="request">What the ID is a slice of.</param>
    /// <param name="id">Where the ID begins.</param>
    /// <param name="length">Its length.</param>
    /// <param name="place">Where the trace is, or where <see cref="Add"/> puts it.</param>
    /// <param name="part">The part, when the answer is true.</param>
    public bool TryFind(ReadOnlySpan<byte> request, int id, int length, out int place, out int part)
    {
        var key = request.Slice(id, length);
        place = PlaceOf(request, key);
        ref var group = ref _groups[place];
        part = group.Part;
        if (group.Stamp == _stamp)
            return true;
        if (_count >= _groups.Length / 2)
        {
            Grow(request);
            place = PlaceOf(request, key);
        }

        return false;
    }

    /// <summary>Sets the part of a trace that was not found, at the place that <see cref="TryFind"/> answered.</summary>
    public void Add(int place, int id, int length, int part)
    {
        _groups[place] = new Group { Stamp = _stamp, Id = id, Length = length, Part = part };
        _count++;
    }

    private int PlaceOf(ReadOnlySpan<byte> request, ReadOnlySpan<byte> key)
    {
        int mask = _groups.Length - 1;
        int place = HashOf(key) & mask;
        while (_groups[place].Stamp == _stamp && !request.Slice(_groups[place].Id, _groups[place].Length).SequenceEqual(key))
            place = (place + 1) & mask;
        return place;
    }

    // Senders choose trace IDs: with secret factors, as with the randomised hash of strings, they cannot choose collisions.
    private static int HashOf(ReadOnlySpan<byte> key)
    {
        if (key.Length != UsualFields.TraceIdLength)
            return string.GetHashCode(MemoryMarshal.Cast<byte, char>(key));
        ulong sum = (MemoryMarshal.Read<ulong>(key) * Factors.First) + (MemoryMarshal.Read<ulong>(key[sizeof(ulong)..]) * Factors.Second);
        return (int)(sum >> 40);
    }

    private void Grow(ReadOnlySpan<byte> request)
    {
        var old = _groups;
        _groups = new Group[2 * old.Length];
        foreach (ref var group in old.AsSpan())
        {
            if (group.Stamp == _stamp)
                _groups[PlaceOf(request, request.Slice(group.Id, group.Length))] = group;
        }
    }

    private static ulong SecretFactor() => MemoryMarshal.Read<ulong>(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;

    private struct Group
    {
        public int Stamp;
        public int Id;
        public int Length;
        public int Part;
    }
}
