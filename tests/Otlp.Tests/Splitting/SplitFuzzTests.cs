using Google.Protobuf;
using OrleansLb.Otlp.Splitting;
using OrleansLb.Otlp.Wire;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Otlp.Tests.Splitting;

public sealed class SplitFuzzTests(ITestOutputHelper output)
{
    [Fact]
    public void Random_bytes_give_parts_or_a_defined_error()
    {
        int seed = TestSeed.Choose(output.WriteLine);
        for (int i = 0; i < 5000; i++)
        {
            var random = new Random(unchecked(seed + i));
            byte[] bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);

            // A beginning that leads the walk inwards, as a rule.
            if (bytes.Length > 6 && random.Next(4) != 0)
                new byte[] { 0x0A, (byte)(bytes.Length - 2), 0x12, (byte)(bytes.Length - 4), 0x12, (byte)(bytes.Length - 6) }.CopyTo(bytes, 0);
            AssertDefined(random, bytes, unchecked(seed + i));
        }
    }

    [Fact]
    public void Mutated_requests_give_parts_or_a_defined_error()
    {
        int seed = TestSeed.Choose(output.WriteLine);
        for (int i = 0; i < 5000; i++)
        {
            var random = new Random(unchecked(seed + i));
            var signal = (Signal)random.Next(3);
            byte[] request = new RequestGenerator(random, signal, 4).Request();
            for (int mutations = random.Next(1, 4); mutations > 0; mutations--)
                request = Mutate(random, request);
            AssertDefined(random, request, unchecked(seed + i));
        }
    }

    private static void AssertDefined(Random random, byte[] bytes, int seed)
    {
        foreach (var signal in Enum.GetValues<Signal>())
        {
            bool isCounted = RequestScanner.TryCountItems(signal, bytes, out int items, out var countError);
            AssertError(isCounted, countError, bytes, seed);
            foreach (var key in Enum.GetValues<RoutingKey>())
            {
                if (!RequestSplitter.Supports(key, signal))
                    continue;
                var split = new SplitCase(signal, key, (IdentifierDialect)random.Next(2), random.Next(1, 6), 0, seed);
                var router = new HashRouter(split.Slots);
                bool isSplit = SplitParts.TryOf(split, bytes, router, out var parts, out var error);
                AssertError(isSplit, error, bytes, seed);
                AssertReadsNothingBehindTheEnd(split, bytes, isSplit, error);

                // a request that waits in a queue before it is split must not be found malformed then
                Assert.True(isSplit || !isCounted || key != RoutingKey.TraceId, $"seed {seed}: counted, and then {error}");
                if (!isSplit || !isCounted)
                    continue;

                Assert.True(parts.Sum(p => p.Part.ItemCount) == items, $"seed {seed}: the parts' items are not the request's");
                foreach (var (part, content) in parts)
                {
                    Assert.True(RequestScanner.TryCountItems(signal, content, out int inPart, out _), $"seed {seed}: part is malformed");
                    Assert.Equal(part.ItemCount, inPart);
                }

                if (key == RoutingKey.TraceId)
                    AssertAgreesWithModel(split, bytes, parts, router);
            }
        }
    }

    private static void AssertError(bool succeeded, WireError error, byte[] bytes, int seed)
    {
        if (succeeded)
            return;
        Assert.False(string.IsNullOrEmpty(error.Message), $"seed {seed}: an error without words");
        Assert.InRange(error.Offset, 0, bytes.Length);
    }

    /// <summary>The same bytes inside of a larger buffer, whose rest would make sense as a continuation, have the same outcome.</summary>
    private static void AssertReadsNothingBehindTheEnd(SplitCase split, byte[] bytes, bool isSplit, WireError error)
    {
        byte[] larger = [.. bytes, .. Enumerable.Repeat((byte)0x0A, 64)];
        using var plan = SplitPlan.Rent();
        bool again = RequestSplitter.TrySplit(
            split.Signal, split.Options(), larger.AsSpan(0, bytes.Length), new HashRouter(split.Slots), plan, out var errorAgain);
        Assert.Equal((isSplit, error), (again, errorAgain));
    }

    private static void AssertAgreesWithModel(SplitCase split, byte[] bytes, List<(SplitPart Part, byte[] Bytes)> parts, HashRouter router)
    {
        try
        {
            OtlpMessages.Parse(split.Signal, bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            // The damage lies inside of an item, where a load balancer does not look.
            return;
        }

        if (parts.Count < 2)
            return;
        var expected = new SplitOracle(split, router).Parts(bytes);
        Assert.Equal(expected.Keys.Order(), parts.Select(p => p.Part.Slot).Order());
        Assert.All(parts, p => Assert.Equal(expected[p.Part.Slot], OtlpMessages.Parse(split.Signal, p.Bytes)));
    }

    private static byte[] Mutate(Random random, byte[] bytes)
    {
        int at = random.Next(bytes.Length + 1);
        int rest = bytes.Length - at;
        byte[] noise = new byte[random.Next(1, 12)];
        random.NextBytes(noise);
        return random.Next(5) switch
        {
            0 => bytes[..at],
            1 => [.. bytes[..at], .. noise, .. bytes[at..]],
            2 => [.. bytes[..at], .. bytes[(at + random.Next(Math.Min(rest, 8) + 1))..]],
            3 when rest > 0 => [.. bytes[..at], (byte)(bytes[at] ^ (1 << random.Next(8))), .. bytes[(at + 1)..]],
            _ => [.. bytes[..at], .. bytes[random.Next(at + 1)..]],
        };
    }
}
