using System.Diagnostics.CodeAnalysis;
using OrleansLb.Configuration.Syntax;

namespace OrleansLb.Configuration.Evaluation;

/// <summary>Durations as Go's <c>time.ParseDuration</c> reads them; what is finer than 100 ns is cut off.</summary>
internal static class Durations
{
    public static bool TryParse(string text, out TimeSpan duration, [NotNullWhen(false)] out string? error)
    {
        duration = default;
        error = null;
        var rest = text.AsSpan();
        bool negative = Quantity.TakeSign(ref rest);
        if (rest is "0")
            return true;

        string invalid = $"time: invalid duration {Quoting.Quote(text)}";
        if (rest.IsEmpty)
            return Fail(invalid, out error);

        decimal nanoseconds = 0;
        while (!rest.IsEmpty)
        {
            if (!Quantity.TryTake(ref rest, out decimal quantity, out var unit))
                return Fail(invalid, out error);
            if (unit.IsEmpty)
                return Fail($"time: missing unit in duration {Quoting.Quote(text)}", out error);
            if (NanosecondsPer(unit) is not { } scale)
                return Fail($"time: unknown unit {Quoting.Quote(unit.ToString())} in duration {Quoting.Quote(text)}", out error);
            nanoseconds += quantity * scale;
            if (nanoseconds > long.MaxValue)
                return Fail(invalid, out error);
        }

        long ticks = (long)nanoseconds / TimeSpan.NanosecondsPerTick;
        duration = TimeSpan.FromTicks(negative ? -ticks : ticks);
        return true;
    }

    private static long? NanosecondsPer(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 1,
        "us" or "\u00B5s" or "\u03BCs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => null,
    };

    private static bool Fail(string message, out string error)
    {
        error = message;
        return false;
    }
}
