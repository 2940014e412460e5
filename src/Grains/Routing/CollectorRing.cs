using System.Buffers.Binary;
using System.Text;
using OrleansLb.Otlp.Identity;

namespace OrleansLb.Grains.Routing;

/// <summary>Builds the Collector's ring: the CRC-32 of endpoint and point number (four bytes, little-endian) gives a point its position.</summary>
internal static class CollectorRing
{
    /// <summary>The points by position. A duplicate endpoint takes the positions next to its twin's: its weight doubles.</summary>
    /// <param name="endpoints">The endpoints as the resolver gave them, sorted by their bytes; duplicates allowed.</param>
    /// <param name="parameters">Which ring.</param>
    public static RingPoint[] Build(IReadOnlyList<string> endpoints, CollectorRingParameters parameters)
    {
        var owners = new int[parameters.Positions];
        Array.Fill(owners, -1);
        int placed = 0;
        foreach (var candidate in Candidates(endpoints, parameters))
        {
            if (TryPlace(owners, candidate, parameters.ProbeLimit))
                placed++;
        }

        var points = new RingPoint[placed];
        for (int position = 0, next = 0; position < owners.Length; position++)
        {
            if (owners[position] >= 0)
                points[next++] = new RingPoint(position, owners[position]);
        }

        return points;
    }

    private static RingPoint[] Candidates(IReadOnlyList<string> endpoints, CollectorRingParameters parameters)
    {
        var candidates = new RingPoint[endpoints.Count * parameters.Points];
        Span<byte> number = stackalloc byte[4];
        for (int endpoint = 0, next = 0; endpoint < endpoints.Count; endpoint++)
        {
            uint prefix = Crc32.Hash(Encoding.UTF8.GetBytes(endpoints[endpoint]));
            for (uint point = 0; point < parameters.Points; point++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(number, point);
                candidates[next++] = new RingPoint((int)(Crc32.Append(prefix, number) % (uint)parameters.Positions), endpoint);
            }
        }

        // the endpoints are sorted, so their index stands for them; points of one endpoint at one position are alike
        if (parameters.PlacesInPositionOrder)
            Array.Sort(candidates, static (x, y) => x.Position != y.Position ? x.Position.CompareTo(y.Position) : x.Endpoint.CompareTo(y.Endpoint));
        return candidates;
    }

    private static bool TryPlace(int[] owners, RingPoint candidate, int probeLimit)
    {
        int position = candidate.Position;
        for (int probes = 0; owners[position] >= 0; position = (position + 1) % owners.Length)
        {
            // the Collector gives up on reaching the limit without looking whether that last position is free
            if (++probes == probeLimit)
                return false;
        }

        owners[position] = candidate.Endpoint;
        return true;
    }
}
