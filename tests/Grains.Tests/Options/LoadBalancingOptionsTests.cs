using OrleansLb.Grains.Options;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Grains.Tests.Options;

public sealed class LoadBalancingOptionsTests
{
    [Theory]
    [InlineData(RingKind.Partitions, IdentifierDialect.CoLocated)]
    [InlineData(RingKind.Collector, IdentifierDialect.Collector)]
    [InlineData(RingKind.Collector36000, IdentifierDialect.Collector)]
    public void Identifiers_follow_the_ring_until_they_are_chosen(RingKind ring, IdentifierDialect expected)
    {
        Assert.Equal(expected, Options(ring, null).Split.Dialect);
        foreach (var chosen in Enum.GetValues<IdentifierDialect>())
            Assert.Equal(chosen, Options(ring, chosen).Split.Dialect);
    }

    [Fact]
    public void The_attributes_to_route_by_are_part_of_how_requests_are_split()
    {
        var names = new RoutingAttributes(["a"]);
        var options = Options(RingKind.Partitions, null) with { RoutingKey = RoutingKey.Attributes, RoutingAttributes = names };
        Assert.Equal(new SplitOptions(RoutingKey.Attributes, IdentifierDialect.CoLocated, names), options.Split);
    }

    private static LoadBalancingOptions Options(RingKind ring, IdentifierDialect? identifiers) =>
        new() { ComponentId = "lb", Ring = ring, Identifiers = identifiers, Resolver = new ResolverOptions.Static(["a"]) };
}
