using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OrleansLb.Grains.Membership;

/// <summary>A backend as a resolver knows it. A string stands for an endpoint of ordinary weight.</summary>
/// <param name="Endpoint"><c>host</c> or <c>host:port</c>; what rings hash and clients dial.</param>
/// <param name="Weight">
/// How much of the ring it gets beside the others: twice the weight, twice the keys. From 0 to <see cref="LargestWeight"/>; with 0 it keeps its
/// seat and what is queued for it, and owns no keys. Only the <c>partitions</c> ring looks at it.
/// </param>
public readonly record struct Backend(string Endpoint, int Weight = Backend.OrdinaryWeight)
{
    /// <summary>The weight of a backend that nobody gave one.</summary>
    public const int OrdinaryWeight = 1;

    /// <summary>The largest weight.</summary>
    public const int LargestWeight = 1000;

    private const char Separator = ';';
    private const string WeightSetting = "weight";

    /// <summary>A backend of ordinary weight.</summary>
    public static implicit operator Backend(string endpoint) => new(endpoint);

    /// <summary>A backend of ordinary weight.</summary>
    public static Backend FromString(string endpoint) => new(endpoint);

    /// <summary>Reads <c>host:port</c> or <c>host:port;weight=N</c>. Blanks around an endpoint or a setting are no part of it: rings hash what is between.</summary>
    /// <param name="text">The entry of a list.</param>
    /// <param name="backend">What it says.</param>
    /// <param name="error">What is wrong with it, in words that follow its name, when the answer is false.</param>
    public static bool TryParse(string text, out Backend backend, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] fields = text.Split(Separator);
        backend = new Backend(fields[0].Trim());
        if (!HostPort.TryParseBackend(backend.Endpoint, out _, out error))
            return false;
        bool weighted = false;
        foreach (string entry in fields.AsSpan(1))
        {
            string field = entry.Trim();
            int equals = field.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? field : field[..equals];
            if (name != WeightSetting)
                error = $"has the unknown setting \"{name}\"; ;{WeightSetting}=N is known";
            else if (weighted)
                error = "has two weights";
            else if (equals < 0 || !int.TryParse(field.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int weight) || weight > LargestWeight)
                error = $"has a weight that is no whole number from 0 to {LargestWeight}";
            else
                (backend, weighted) = (backend with { Weight = weight }, true);
            if (error is not null)
                return false;
        }

        return true;
    }

    /// <summary>The entry that reads as this backend.</summary>
    public override string ToString() => Weight == OrdinaryWeight
        ? Endpoint
        : string.Create(CultureInfo.InvariantCulture, $"{Endpoint}{Separator}{WeightSetting}={Weight}");
}
