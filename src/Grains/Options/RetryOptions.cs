namespace OrleansLb.Grains.Options;

/// <summary>The back-off of failed parts.</summary>
public sealed record RetryOptions
{
    /// <summary>Off: one attempt only.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The first delay, before it is randomised.</summary>
    public TimeSpan InitialInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A delay is drawn uniformly from base·(1−f) to base·(1+f).</summary>
    public double RandomizationFactor { get; init; } = 0.5;

    /// <summary>How the base grows from one delay to the next.</summary>
    public double Multiplier { get; init; } = 1.5;

    /// <summary>The base grows no further than this.</summary>
    public TimeSpan MaxInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time from the first attempt after which a part is given up; zero means never.</summary>
    public TimeSpan MaxElapsedTime { get; init; } = TimeSpan.FromMinutes(5);
}
