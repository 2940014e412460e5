using OrleansLb.Grains.Membership;

namespace OrleansLb.Grains.Options;

/// <summary>Where the backends come from; one of the nested kinds.</summary>
public abstract record ResolverOptions
{
    private ResolverOptions()
    {
    }

    /// <summary>The value of the metrics' <c>resolver</c> label.</summary>
    public abstract string Kind { get; }

    /// <summary>How long one resolution may take at most, zero when it takes none.</summary>
    public virtual TimeSpan LongestResolution => TimeSpan.Zero;

    /// <summary>A list that does not change while the program runs.</summary>
    /// <param name="Backends">At least one; each endpoint with one weight only.</param>
    public sealed record Static(IReadOnlyList<Backend> Backends) : ResolverOptions
    {
        /// <inheritdoc/>
        public override string Kind => "static";
    }

    /// <summary>The A and AAAA records of a name, asked for again and again.</summary>
    /// <param name="Hostname">The name.</param>
    public sealed record Dns(string Hostname) : ResolverOptions
    {
        /// <summary>The port of every backend.</summary>
        public string Port { get; init; } = "4317";

        /// <summary>Time between two look-ups.</summary>
        public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

        /// <summary>Time for one look-up.</summary>
        public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

        /// <inheritdoc/>
        public override string Kind => "dns";

        /// <inheritdoc/>
        public override TimeSpan LongestResolution => Timeout;
    }
}
