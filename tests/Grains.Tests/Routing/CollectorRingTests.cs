using System.Text;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;
using OrleansLb.Otlp.Identity;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Grains.Tests.Routing;

/// <summary>Positions and owners that the Collector's own tests fix, and vectors computed from an independent implementation.</summary>
public sealed class CollectorRingTests
{
    private static readonly CollectorRingParameters Legacy5 = CollectorRingParameters.Legacy with { Points = 5 };
    private static readonly CollectorRingParameters Current5 = CollectorRingParameters.Current with { Points = 5 };

    [Theory]
    [InlineData(RingKind.Collector36000, "2121")]
    [InlineData(RingKind.Collector, "2122")]
    public void Owners_of_two_endpoints_are_the_Collectors(RingKind ring, string owners)
    {
        var table = RoutingTable.From(RingSnapshots.Of(["endpoint-1", "endpoint-2"]), ring);
        byte[][] identifiers = [[1, 2, 0, 0], [0x80, 0x80, 0, 0], "ad-service-7"u8.ToArray(), "get-recommendations-1"u8.ToArray()];

        for (int i = 0; i < identifiers.Length; i++)
            Assert.Equal($"endpoint-{owners[i]}", table.BackendOf(table.SlotOf(identifiers[i])));
    }

    [Fact]
    public void Points_of_one_endpoint_sit_where_the_Collector_puts_them()
    {
        Assert.Equal([0x21ca, 0x29d3, 0x3984, 0x5eaf, 0x8bc1], CollectorRing.Build(["endpoint-1"], Legacy5).Select(static p => p.Position));
        Assert.Equal([0x4be4, 0x666a, 0xad6f, 0x1a4c1, 0x1bae2], CollectorRing.Build(["endpoint-1"], Current5).Select(static p => p.Position));
    }

    [Fact]
    public void A_duplicate_endpoint_takes_the_positions_next_to_its_twins()
    {
        int[] once = [0x4be4, 0x666a, 0xad6f, 0x1a4c1, 0x1bae2];
        var points = CollectorRing.Build(["endpoint-1", "endpoint-1"], Current5);
        Assert.Equal(once.SelectMany(static p => new[] { p, p + 1 }), points.Select(static p => p.Position));
    }

    [Fact]
    public void Points_of_two_endpoints_interleave_as_in_the_Collector()
    {
        var points = CollectorRing.Build(["endpoint-A", "endpoint-B"], Current5);
        Assert.Equal(
            [0x61a4, 0xca91, 0x10b72, 0x11372, 0x116b1, 0x11801, 0x18a36, 0x1af01, 0x1af16, 0x1e723],
            points.Select(static p => p.Position));
        Assert.Equal("BAABBABBAA", string.Concat(points.Select(static p => "AB"[p.Endpoint])));
    }

    [Fact]
    public void A_ring_of_one_position_holds_one_point()
    {
        var points = CollectorRing.Build(["a", "b", "c"], new CollectorRingParameters(1, 2, 1, PlacesInPositionOrder: true));
        Assert.Equal([new RingPoint(0, 0)], points);
    }

    [Fact]
    public void The_ring_of_131071_positions_has_room_for_all_points_of_300_endpoints()
    {
        string[] endpoints = [.. Enumerable.Range(0, 300).Select(static i => $"endpoint-{i}").Order(StringComparer.Ordinal)];
        Assert.Equal(60_000, CollectorRing.Build(endpoints, CollectorRingParameters.Current).Length);
    }

    [Fact]
    public void The_first_points_of_three_addresses_are_as_computed_elsewhere()
    {
        var points = CollectorRing.Build(["10.0.0.1:4317", "10.0.0.2:4317", "10.0.0.3:4317"], CollectorRingParameters.Current);
        Assert.Equal(600, points.Length);
        Assert.Equal([new(205, 0), new(258, 0), new(905, 1), new(914, 2), new(1380, 2)], points.Take(5));
    }

    [Theory]
    [InlineData("00000000000000000000000000000000", null, 115122, 3)]
    [InlineData("0102030405060708090a0b0c0d0e0f10", null, 34199, 2)]
    [InlineData("4bf92f3577b34da6a3ce929d0e0e4736", null, 99306, 3)]
    [InlineData("ffffffffffffffffffffffffffffffff", null, 124403, 2)]
    [InlineData(null, "4bf92f3577b34da6a3ce929d0e0e4736", 36868, 2)]
    [InlineData(null, "", 0, 1)]
    [InlineData(null, "checkout", 34026, 1)]
    [InlineData(null, "service.name=checkout|", 80009, 3)]
    [InlineData(null, "service.name=|", 102463, 3)]
    public void Identifiers_fall_where_computed_elsewhere(string? hex, string? text, int position, int lastOctet)
    {
        byte[] identifier = hex is null ? Encoding.UTF8.GetBytes(text!) : Convert.FromHexString(hex);
        var table = RoutingTable.From(RingSnapshots.Of(["10.0.0.3:4317", "10.0.0.1:4317", "10.0.0.2:4317"]), RingKind.Collector);

        Assert.Equal(position, (int)(Crc32.Hash(identifier) % 131_071));
        Assert.Equal($"10.0.0.{lastOctet}:4317", table.BackendOf(table.SlotOf(identifier)));
    }

    [Theory]
    [InlineData("", 0u)]
    [InlineData("123456789", 0xCBF43926u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x414FA339u)]
    public void Crc32_has_its_published_check_values(string text, uint crc)
    {
        byte[] data = Encoding.ASCII.GetBytes(text);
        Assert.Equal(crc, Crc32.Hash(data));
        for (int cut = 0; cut <= data.Length; cut++)
            Assert.Equal(crc, Crc32.Append(Crc32.Hash(data.AsSpan(0, cut)), data.AsSpan(cut)));
    }

    [Fact]
    public void Crc32_of_every_length_is_that_of_its_bytes_one_by_one()
    {
        byte[] data = [.. Enumerable.Range(0, 300).Select(static i => (byte)((i * i * 31) + (i >> 3)))];
        uint expected = 0;
        for (int length = 0; length < data.Length; length++)
        {
            Assert.Equal(expected, Crc32.Hash(data.AsSpan(0, length)));
            expected = Crc32.Append(expected, data.AsSpan(length, 1));
        }
    }
}
