using System.Diagnostics.CodeAnalysis;

namespace OrleansLb.Configuration.Evaluation;

/// <summary>Sizes in bytes: powers of 1024 under either family of names (<c>KiB</c> or <c>KB</c>), one family per text.</summary>
internal static class ByteSizes
{
    private const string Prefixes = "KMGTPE";

    public static bool TryParse(string text, out long size, [NotNullWhen(false)] out string? error) =>
        TryParse(text, "iB", out size, out error) || TryParse(text, "B", out size, out error);

    private static bool TryParse(string text, string suffix, out long size, [NotNullWhen(false)] out string? error)
    {
        size = 0;
        error = null;
        var rest = text.AsSpan();
        bool negative = Quantity.TakeSign(ref rest);
        if (rest is "0")
            return true;
        if (rest.IsEmpty)
            return Fail($"units: invalid {text}", out error);

        decimal bytes = 0;
        while (!rest.IsEmpty)
        {
            if (!Quantity.TryTake(ref rest, out decimal quantity, out var unit))
                return Fail($"units: invalid {text}", out error);
            if (BytesPer(unit, suffix) is not { } scale)
                return Fail($"units: unknown unit {unit} in {text}", out error);
            bytes += quantity * scale;
            if (bytes > long.MaxValue)
                return Fail("units: overflow parsing unit", out error);
        }

        size = (long)(negative ? -bytes : bytes);
        return true;
    }

    private static long? BytesPer(ReadOnlySpan<char> unit, string suffix)
    {
        if (unit is "B")
            return 1;
        if (unit.Length != suffix.Length + 1 || !unit[1..].SequenceEqual(suffix))
            return null;
        int power = Prefixes.IndexOf(unit[0], StringComparison.Ordinal);
        return power < 0 ? null : 1L << (10 * (power + 1));
    }

    private static bool Fail(string message, out string error)
    {
        error = message;
        return false;
    }
}
