using OrleansLb.Otlp.Identity;
using OrleansLb.Otlp.Splitting;
using OrleansLb.Otlp.Wire;
using OrleansLb.Testing;
using static OrleansLb.Otlp.Tests.Identity.Attributes;

namespace OrleansLb.Otlp.Tests.Splitting;

/// <summary>What hostile requests can make identifiers cost, in bytes and look-ups rather than in time.</summary>
public sealed class IdentifierCostTests
{
    private const int Huge = 1_000_000;

    [Theory]
    [InlineData(Signal.Traces, 9)]
    [InlineData(Signal.Logs, 6)]
    public void A_huge_attribute_of_the_resource_counts_with_its_beginning_for_each_of_many_items(Signal signal, uint attributesNumber)
    {
        string huge = new('v', Huge);
        var items = Enumerable.Range(0, 1000).Select(i => List(attributesNumber, ("item", Int(i))));

        var router = Ask(signal, ["huge", "item"], List(1, ("huge", Text(huge))), new(), [.. items]);

        Assert.Equal(1000, router.Asked.Count);
        Assert.Equal($"huge={huge[..OuterAttributes.LongestText]}|item=999|", router.AskedTexts.Last());
    }

    [Fact]
    public void A_huge_attribute_of_the_scope_or_in_an_array_counts_with_its_beginning_too()
    {
        string huge = new('v', Huge);
        var scope = List(3, ("scope", Array(Text(huge))));

        Assert.Equal([$"scope=[\"{huge[..(OuterAttributes.LongestText - 2)]}|"], Ask(Signal.Logs, ["scope"], new(), scope, new WireMessage()).AskedTexts);
    }

    [Fact]
    public void A_long_attribute_of_the_item_itself_counts_in_full()
    {
        string body = new('b', Huge);
        Assert.Equal([$"log.body={body}|"], Ask(Signal.Logs, ["log.body"], new(), new(), new WireMessage().Message(5, Text(body))).AskedTexts);
    }

    [Fact]
    public void Items_with_equal_values_are_asked_for_once()
    {
        var items = "aabbbacab".Select(value => List(6, ("k", Text(value.ToString()))));
        Assert.Equal(["k=a|", "k=b|", "k=c|"], Ask(Signal.Logs, ["k"], new(), new(), [.. items]).AskedTexts);
    }

    [Fact]
    public void A_value_that_reads_alike_but_differs_in_kind_is_another_one()
    {
        var items = new[] { Bool(true), Text("true"), Int(0), new WireMessage().Bytes(1), Nothing }.Select(value => List(6, ("k", value)));
        Assert.Equal(["k=true|", "k=true|", "k=0|", "k=|", "k=|"], Ask(Signal.Logs, ["k"], new(), new(), [.. items]).AskedTexts);
    }

    [Fact]
    public void A_value_that_nothing_comes_behind_is_asked_for_each_time()
    {
        byte[] request = Request(new(), new(), List(6, ("k", Text("v"))), List(6, ("k", Text("v"))));
        Assert.Equal(["k=v|", "k=v|"], Ask(Signal.Logs, ["k"], request).AskedTexts);
    }

    [Fact]
    public void Equal_keys_repeat_a_long_value_only_up_to_a_limit()
    {
        var pairs = Enumerable.Range(0, 2000).Select(i => ("k", Text(i == 0 ? new string('v', 10_000) : ""))).ToArray();

        // half a request would be repeated 2000 times: 20 MB
        Assert.InRange(Hash(List(7, pairs)).Capacity, 10_000, 3 * AttributeHasher.LongestRepeated);
    }

    [Fact]
    public void Equal_keys_in_maps_in_maps_do_not_double_the_work_at_each_level()
    {
        // two to the power of 90 values, if each level were gone through for each of its equal keys
        var value = Text("v");
        for (int depth = 0; depth < 90; depth++)
            value = Map(("k", value), ("k", Int(0)));

        Assert.InRange(Hash(List(7, ("k", value))).Capacity, 1000, 3 * AttributeHasher.LongestRepeated);
    }

    private static AttributeHasher Hash(WireMessage point)
    {
        byte[] message = point.Encode();
        var hasher = new AttributeHasher();
        var error = default(WireError);
        Assert.True(hasher.TryAdd(message, 0, message.Length, 7, ref error) && hasher.TryHash(message, out _, ref error), error.ToString());
        return hasher;
    }

    /// <summary>Asks with so much behind the items that they are read the quick way.</summary>
    private static HashRouter Ask(Signal signal, string[] names, WireMessage resource, WireMessage scope, params WireMessage[] items) =>
        Ask(signal, names, [.. Request(resource, scope, items), .. new WireMessage().Bytes(15, new byte[UsualFields.Margin]).Encode()]);

    private static HashRouter Ask(Signal signal, string[] names, byte[] request)
    {
        var router = new HashRouter(64);
        var options = new SplitOptions(RoutingKey.Attributes, IdentifierDialect.CoLocated, new RoutingAttributes(names));
        using var plan = SplitPlan.Rent();
        Assert.True(RequestSplitter.TrySplit(signal, options, request, router, plan, out var error), error.ToString());
        return router;
    }

    private static byte[] Request(WireMessage resource, WireMessage scope, params WireMessage[] items)
    {
        var scopeEntry = new WireMessage().Message(1, scope);
        foreach (var item in items)
            scopeEntry.Message(2, item);
        return new WireMessage().Message(1, new WireMessage().Message(1, resource).Message(2, scopeEntry)).Encode();
    }
}
