using System.Globalization;

namespace OrleansLb.Testing;

/// <summary>The seed of a randomised test: a new one for every run unless the environment variable <c>ORLEANSLB_SEED</c> names one.</summary>
public static class TestSeed
{
    /// <summary>The environment variable that repeats a run.</summary>
    public const string Variable = "ORLEANSLB_SEED";

    /// <summary>Chooses the seed and prints how to repeat the run.</summary>
    /// <param name="print">Usually <c>output.WriteLine</c> of the test's <c>ITestOutputHelper</c>.</param>
    public static int Choose(Action<string> print)
    {
        ArgumentNullException.ThrowIfNull(print);
        int seed = int.TryParse(Environment.GetEnvironmentVariable(Variable), CultureInfo.InvariantCulture, out int given)
            ? given
            : Random.Shared.Next();
        print($"repeat with {Variable}={seed.ToString(CultureInfo.InvariantCulture)}");
        return seed;
    }
}
