using OrleansLb.Configuration.Diagnostics;
using OrleansLb.Configuration.Syntax;

namespace OrleansLb.Configuration.Evaluation;

/// <summary>Something wrong with a configuration. Without a place of its own it is reported at the component's block.</summary>
internal sealed record Problem(SourceSpan? Span, string Message)
{
    /// <summary>A value that cannot be used: Alloy's messages begin with the text of the expression.</summary>
    public static Problem At(AlloyValue value, string message) => new(value.Origin, $"{value.Origin.Text} {message}");

    /// <summary>What Alloy knows and this program does not.</summary>
    public static Problem NotSupported(SourceSpan span, string what) => new(span, $"{what} is not supported yet");

    /// <summary>The body of the component as a whole is wrong.</summary>
    public static Problem Decoding(string message) => new(null, $"decoding configuration: {message}");

    /// <summary>The body is well-formed, and no component can be made of it.</summary>
    public static Problem Building(string message) => new(null, $"building component: {message}");

    /// <summary>The problem of a component, as it is shown.</summary>
    public Diagnostic Of(SourceSpan component) =>
        Span is { } place ? place.Error(Message) : component.Error($"Failed to build component: {Message}");
}
