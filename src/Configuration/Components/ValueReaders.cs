using System.Globalization;
using OrleansLb.Configuration.Evaluation;
using OrleansLb.Configuration.Syntax;

namespace OrleansLb.Configuration.Components;

/// <summary>Readers of values that must keep within bounds which Alloy finds only when the component runs.</summary>
internal static class ValueReaders
{
    public static Outcome<int> NonNegative(AlloyValue value) => AtLeast(value, 0);

    public static Outcome<int> Positive(AlloyValue value) => AtLeast(value, 1);

    public static Outcome<TimeSpan> NonNegativeDuration(AlloyValue value)
    {
        var duration = Readers.Duration(value);
        return duration.Problem is not null || duration.Value >= TimeSpan.Zero
            ? duration
            : Problem.At(value, "must not be negative");
    }

    public static Outcome<long> NonNegativeSize(AlloyValue value)
    {
        var size = Readers.Size(value);
        return size.Problem is not null || size.Value >= 0 ? size : Problem.At(value, "must not be negative");
    }

    /// <summary>A duration of zero or more, and not more than so many minutes.</summary>
    public static Outcome<TimeSpan> DurationUpTo(AlloyValue value, TimeSpan most)
    {
        var time = NonNegativeDuration(value);
        return time.Problem is not null || time.Value <= most ? time : Problem.At(value, $"must be at most {most.TotalMinutes:0} minutes");
    }

    /// <summary><c>host:port</c> to listen on; an empty host means every address.</summary>
    public static Outcome<string> ListenAddress(AlloyValue value)
    {
        var text = Readers.Text(value);
        if (text.Problem is not null)
            return text;
        return HostPort.Check(text.Value, portRequired: true) is { } message ? Problem.At(value, message) : text;
    }

    public static Outcome<string> Port(AlloyValue value)
    {
        var text = Readers.Text(value);
        return text.Problem is not null || text.Value.Length == 0 || HostPort.IsPort(text.Value)
            ? text
            : Problem.At(value, "is not a port between 0 and 65535");
    }

    private static Outcome<int> AtLeast(AlloyValue value, int least)
    {
        var number = Readers.Integer(value);
        return number.Problem is not null || number.Value >= least
            ? number
            : Problem.At(value, string.Create(CultureInfo.InvariantCulture, $"must be at least {least}"));
    }
}
