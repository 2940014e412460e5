using OrleansLb.Configuration.Evaluation;
using OrleansLb.Grains.Options;

namespace OrleansLb.Configuration.Components;

/// <summary>
/// The <c>retry</c> block of a load balancer's OTLP exporters and its own <c>retry_on_failure</c> block. Their checks hold even when they are off.
/// </summary>
internal static class RetryBlock
{
    private static readonly RetryOptions s_defaults = new();

    public static BlockSchema<RetryOptions> Schema { get; } = Shared(new BlockSchema<RetryOptions>(s_defaults)
        .Attribute("initial_interval", ValueReaders.NonNegativeDuration, (retry, interval) => retry with { InitialInterval = interval })
        .Attribute("multiplier", Readers.Real, (retry, multiplier) => retry with { Multiplier = multiplier })
        .Attribute("max_interval", ValueReaders.NonNegativeDuration, (retry, interval) => retry with { MaxInterval = interval }));

    /// <summary>
    /// With the Collector, what is not set at the top level is zero, and a back-off of zeros retries without end and without a pause; so
    /// files that were converted from the Collector's spell the zeros out.
    /// </summary>
    public static BlockSchema<RetryOptions> TopLevelSchema { get; } = Shared(new BlockSchema<RetryOptions>(s_defaults)
        .AttributeUnlessZero(
            "initial_interval", ValueReaders.NonNegativeDuration, s_defaults.InitialInterval, "\"5s\"", (retry, interval) => retry with { InitialInterval = interval })
        .AttributeUnlessZero("multiplier", Readers.Real, s_defaults.Multiplier, "1.5", (retry, multiplier) => retry with { Multiplier = multiplier })
        .AttributeUnlessZero(
            "max_interval", ValueReaders.NonNegativeDuration, s_defaults.MaxInterval, "\"30s\"", (retry, interval) => retry with { MaxInterval = interval }));

    private static BlockSchema<RetryOptions> Shared(BlockSchema<RetryOptions> schema) => schema
        .Attribute("enabled", Readers.Boolean, (retry, enabled) => retry with { Enabled = enabled })
        .Attribute("randomization_factor", Readers.Real, (retry, factor) => retry with { RandomizationFactor = factor })
        .Attribute("max_elapsed_time", ValueReaders.NonNegativeDuration, (retry, time) => retry with { MaxElapsedTime = time })
        .Check(retry => retry switch
        {
            { Multiplier: <= 1 } => "multiplier must be greater than 1.0",
            { RandomizationFactor: < 0 } => "randomization_factor must be greater or equal to 0",
            _ => null,
        });
}
