using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using OrleansLb.Otlp.Splitting;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Otlp.Tests.Splitting;

/// <summary>Runs a property over drawn cases, with a printed seed that repeats them.</summary>
internal static class SplitProperties
{
    private static readonly (Signal Signal, RoutingKey Key)[] Combinations =
    [
        .. from signal in Enum.GetValues<Signal>()
           from key in Enum.GetValues<RoutingKey>()
           where RequestSplitter.Supports(key, signal)
           select (signal, key),
    ];

    private static readonly Gen<SplitCase> Cases =
        from combination in Gen.Elements(Combinations)
        from dialect in Gen.Elements(Enum.GetValues<IdentifierDialect>())
        from slots in Gen.Choose(1, 12)
        from size in Gen.Choose(1, 12)
        from seed in Gen.Choose(0, int.MaxValue)
        select new SplitCase(combination.Signal, combination.Key, dialect, slots, size, seed);

    public static void Check(ITestOutputHelper output, int tests, Action<SplitCase> property)
    {
        var replay = new Replay(new Rnd((ulong)TestSeed.Choose(output.WriteLine)), FSharpOption<int>.None);
        var config = Config.QuickThrowOnFailure.WithMaxTest(tests).WithReplay(FSharpOption<Replay>.Some(replay));
        Prop.ForAll(Arb.From(Cases, Smaller), property).Check(config);
    }

    private static IEnumerable<SplitCase> Smaller(SplitCase drawn)
    {
        for (int size = 1; size < drawn.Size; size++)
            yield return drawn with { Size = size };
        if (drawn.Slots > 2)
            yield return drawn with { Slots = drawn.Slots - 1 };
    }
}
