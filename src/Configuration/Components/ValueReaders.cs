using System.Globalization;
using OrleansLb.Configuration.Evaluation;
using OrleansLb.Configuration.Syntax;
using OrleansLb.Grains.Membership;

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
        return HostPort.TryParseListener(text.Value, out _, out string? error) ? text.Value.Trim() : Problem.At(value, error);
    }

    /// <summary>A port to dial; empty where none is given.</summary>
    public static Outcome<string> Port(AlloyValue value)
    {
        var text = Readers.Text(value);
        if (text.Problem is not null)
            return text;
        string port = text.Value.Trim();
        return port.Length == 0 || (HostPort.TryParsePort(port, out int number) && number > 0)
            ? port
            : Problem.At(value, "is not a port between 1 and 65535");
    }

    /// <summary>A host name or address without a port; empty where none is given, which is for the block to say.</summary>
    public static Outcome<string> HostName(AlloyValue value)
    {
        var text = Readers.Text(value);
        if (text.Problem is not null)
            return text;
        string name = text.Value.Trim();
        if (name.Length == 0)
            return name;
        if (!HostPort.TryParseBackend(name, out var endpoint, out string? error))
            return Problem.At(value, error);
        return endpoint.Port is { } port
            ? Problem.At(value, string.Create(CultureInfo.InvariantCulture, $"names a port, which has a key of its own: write port = \"{port}\""))
            : endpoint.Host;
    }

    private static Outcome<int> AtLeast(AlloyValue value, int least)
    {
        var number = Readers.Integer(value);
        return number.Problem is not null || number.Value >= least
            ? number
            : Problem.At(value, string.Create(CultureInfo.InvariantCulture, $"must be at least {least}"));
    }
}
