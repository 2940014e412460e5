using System.Globalization;

namespace OrleansLb.Otlp.Grpc;

/// <summary>The <c>grpc-timeout</c> header: up to eight digits and a unit.</summary>
public static class GrpcTimeout
{
    /// <summary>The longest time the header can carry in seconds; longer ones are cut to it.</summary>
    public static readonly TimeSpan Maximum = TimeSpan.FromSeconds(99_999_999);

    private const int MaxDigits = 8;
    private const long MaxValue = 99_999_999;

    /// <summary>Reads a header value. Fractions of a 100 ns tick are rounded up, so that only <c>0</c> reads as zero.</summary>
    /// <returns>False when the value does not follow the grammar; such a header is to be ignored.</returns>
    public static bool TryParse(ReadOnlySpan<char> value, out TimeSpan timeout)
    {
        timeout = default;
        if (value.Length is < 2 or > MaxDigits + 1 ||
            !long.TryParse(value[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out long amount))
            return false;

        long? ticks = value[^1] switch
        {
            'n' => (amount + 99) / 100,
            'u' => amount * TimeSpan.TicksPerMicrosecond,
            'm' => amount * TimeSpan.TicksPerMillisecond,
            'S' => amount * TimeSpan.TicksPerSecond,
            'M' => amount * TimeSpan.TicksPerMinute,
            'H' => Math.Min(amount, MaxValue / 3600) * TimeSpan.TicksPerHour,
            _ => null,
        };
        if (ticks is null)
            return false;
        timeout = ticks.Value > Maximum.Ticks ? Maximum : new TimeSpan(ticks.Value);
        return true;
    }

    /// <summary>The header value: the finest unit that holds the time in eight digits, rounded up; <c>1n</c> for a time that has run out.</summary>
    public static string Format(TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero)
            return "1n";
        if (timeout >= Maximum)
            return "99999999S";

        // milliseconds are what peers write and log; finer units only where a millisecond would be coarse
        long micros = Up(timeout.Ticks, TimeSpan.TicksPerMicrosecond);
        if (micros < 1000)
            return With(micros, 'u');
        long millis = Up(timeout.Ticks, TimeSpan.TicksPerMillisecond);
        return millis <= MaxValue ? With(millis, 'm') : With(Up(timeout.Ticks, TimeSpan.TicksPerSecond), 'S');
    }

    private static long Up(long ticks, long unit) => (ticks + unit - 1) / unit;

    private static string With(long amount, char unit) => string.Create(CultureInfo.InvariantCulture, $"{amount}{unit}");
}
