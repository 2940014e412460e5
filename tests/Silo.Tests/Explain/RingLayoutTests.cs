using OrleansLb.Grains.Options;
using OrleansLb.Silo.CommandLine;
using OrleansLb.Silo.Explain;

namespace OrleansLb.Silo.Tests.Explain;

public sealed class RingLayoutTests
{
    [Theory]
    [InlineData(RingKind.Partitions, 262_144)]
    [InlineData(RingKind.Collector, 131_071)]
    [InlineData(RingKind.Collector36000, 36_000)]
    public async Task What_is_explained_is_what_requests_are_routed_by(RingKind ring, int positions)
    {
        var options = new RouteOptions { Endpoints = [.. Enumerable.Range(0, 17).Select(static i => $"backend-{i}:4317")], Ring = ring };
        var layout = (await RouteSource.LoadAsync(options, TextWriter.Null, CancellationToken.None)).Layout;
        Assert.Equal(positions, layout.PositionCount);

        var random = new Random(20_261_121);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] identifier = new byte[random.Next(40)];
            random.NextBytes(identifier);
            Assert.Equal(layout.Table.SlotOf(identifier), layout.SlotAt(layout.PlaceOf(identifier).Position));
        }
    }
}
