using OrleansLb.Configuration.Evaluation;
using OrleansLb.Grains.Options;

namespace OrleansLb.Configuration.Components;

/// <summary>The <c>retry</c> block of a load balancer's OTLP exporters. Its checks hold even when it is off.</summary>
internal static class RetryBlock
{
    public static BlockSchema<RetryOptions> Schema { get; } = new BlockSchema<RetryOptions>(new RetryOptions())
        .Attribute("enabled", Readers.Boolean, (retry, enabled) => retry with { Enabled = enabled })
        .Attribute("initial_interval", ValueReaders.NonNegativeDuration, (retry, interval) => retry with { InitialInterval = interval })
        .Attribute("randomization_factor", Readers.Real, (retry, factor) => retry with { RandomizationFactor = factor })
        .Attribute("multiplier", Readers.Real, (retry, multiplier) => retry with { Multiplier = multiplier })
        .Attribute("max_interval", ValueReaders.NonNegativeDuration, (retry, interval) => retry with { MaxInterval = interval })
        .Attribute("max_elapsed_time", ValueReaders.NonNegativeDuration, (retry, time) => retry with { MaxElapsedTime = time })
        .Check(retry => retry switch
        {
            { Multiplier: <= 1 } => "multiplier must be greater than 1.0",
            { RandomizationFactor: < 0 } => "randomization_factor must be greater or equal to 0",
            _ => null,
        });
}
