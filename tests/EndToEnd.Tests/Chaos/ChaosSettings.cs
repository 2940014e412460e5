using System.Globalization;

namespace OrleansLb.EndToEnd.Tests.Chaos;

/// <summary>One run: what is drawn from the seed, and for how long it goes.</summary>
internal sealed record ChaosSettings(int Seed, TimeSpan Duration, bool IsDurable)
{
    /// <summary>The environment variable with the seconds of trouble of each scenario, for the long form.</summary>
    public const string SecondsVariable = "ORLEANSLB_CHAOS_SECONDS";

    /// <summary>The limit of the program in bytes.</summary>
    public const long MemoryLimit = 288L << 20;

    /// <summary>Debounce of the membership, and how long a seat waits for a replacement.</summary>
    public static readonly TimeSpan Debounce = TimeSpan.FromMilliseconds(200);
    public static readonly TimeSpan ReplacementWindow = TimeSpan.FromSeconds(1);

    /// <summary>How long a name does not resolve.</summary>
    public static readonly TimeSpan Failing = TimeSpan.FromSeconds(1);

    /// <summary>How long traffic goes on when everything is healed.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    /// <summary>How long more is offered than is taken when everything is healed.</summary>
    public static readonly TimeSpan LastOverload = TimeSpan.FromSeconds(3);

    /// <summary>What a change takes beyond its windows on a machine that does other things as well.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    /// <summary>How long ago a backend may have taken what it could not answer for any more: the crowd shares its process and keeps that busy.</summary>
    public static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(3);

    /// <summary>How long ago something may have been delivered that the store does not know of: it is written with the next segment, or after 250 ms.</summary>
    public static readonly TimeSpan StoringTime = TimeSpan.FromSeconds(3);

    public static TimeSpan DurationFromEnvironment(int seconds) => TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable(SecondsVariable), CultureInfo.InvariantCulture, out int given) ? given : seconds);
}
