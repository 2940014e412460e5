using System.CommandLine;
using OrleansLb.Configuration.Evaluation;

namespace OrleansLb.Silo.CommandLine;

/// <summary>Options that take a duration in Go's notation. They have no value when they are not given: help would show a default as .NET writes it.</summary>
internal static class DurationOption
{
    public static Option<TimeSpan?> Create(string name, string description, TimeSpan defaultValue, TimeSpan minimum = default) => new(name)
    {
        Description = $"{description} [default: {defaultValue.TotalSeconds:0.###}s]",
        HelpName = "DURATION",
        Arity = ArgumentArity.OneOrMore, // the last one counts
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (!Durations.TryParse(text, out var duration, out string? error))
                result.AddError($"invalid value for {name}: {error}; expected a number with a unit, like 30s, 1m30s or 500ms");
            else if (duration < minimum)
                result.AddError($"{name} must be at least {minimum.TotalSeconds:0.###}s, not {text}");
            return duration;
        },
    };
}
