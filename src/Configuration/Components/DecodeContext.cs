using OrleansLb.Configuration.Diagnostics;
using OrleansLb.Configuration.Evaluation;
using OrleansLb.Configuration.Syntax;

namespace OrleansLb.Configuration.Components;

/// <summary>What decoding a component needs. Keys that are not supported are collected here, so that one run names them all.</summary>
internal sealed class DecodeContext(Evaluator evaluator, List<Diagnostic> notSupported, List<Diagnostic> warnings)
{
    public Evaluator Evaluator { get; } = evaluator;

    /// <summary>Whether the component uses something that is not supported, so that no more can be said about it as a whole.</summary>
    public bool FoundNotSupported => notSupported.Count > 0;

    /// <summary>Says that something is taken otherwise than it is written.</summary>
    public void Warn(SourceSpan span, string message) => warnings.Add(span.Report(DiagnosticSeverity.Warning, message));

    public void NotSupported(SourceSpan span, string what) => notSupported.Add(Problem.NotSupported(span, what).Of(span));
}
