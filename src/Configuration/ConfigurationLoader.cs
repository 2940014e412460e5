using System.Text;
using OrleansLb.Configuration.Components;
using OrleansLb.Configuration.Diagnostics;
using OrleansLb.Configuration.Evaluation;
using OrleansLb.Configuration.Loading;
using OrleansLb.Configuration.Syntax;

namespace OrleansLb.Configuration;

/// <summary>Reads configurations in Alloy's language. What is wrong with one is a value, never an exception.</summary>
/// <remarks>
/// Three stages, as in Alloy: syntax; then names, labels, stability and references; then the components' bodies. Each stage
/// reports all it finds, and the next one runs only when the one before has found nothing.
/// </remarks>
public static class ConfigurationLoader
{
    /// <summary>Loads a file, or all <c>*.alloy</c> files of a directory as one configuration.</summary>
    /// <param name="path">The file or directory; the diagnostics name it as it is given.</param>
    /// <param name="gate">The lowest stability a component may have; null lets every component pass.</param>
    public static LoadResult LoadFile(string path, StabilityLevel? gate = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            return Load(ConfigurationFiles.Read(path), gate);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new LoadResult(
                null, [], new Dictionary<string, ReadOnlyMemory<byte>>(), $"reading config path \"{path}\": {exception.Message}");
        }
    }

    /// <summary>Loads a configuration from its text.</summary>
    /// <param name="fileName">The name that the diagnostics give it.</param>
    /// <param name="source">The text.</param>
    /// <param name="gate">The lowest stability a component may have; null lets every component pass.</param>
    public static LoadResult Load(string fileName, string source, StabilityLevel? gate = null) =>
        Load([(fileName, Encoding.UTF8.GetBytes(source))], gate);

    /// <summary>Loads a configuration from its bytes.</summary>
    /// <param name="fileName">The name that the diagnostics give it.</param>
    /// <param name="source">UTF-8, with or without a byte order mark.</param>
    /// <param name="gate">The lowest stability a component may have; null lets every component pass.</param>
    public static LoadResult Load(string fileName, ReadOnlySpan<byte> source, StabilityLevel? gate = null) =>
        Load([(fileName, source.ToArray())], gate);

    private static LoadResult Load(IReadOnlyList<(string Name, byte[] Bytes)> files, StabilityLevel? gate)
    {
        var diagnostics = new List<Diagnostic>();
        var sources = files.ToDictionary(file => file.Name, file => (ReadOnlyMemory<byte>)file.Bytes);
        var configuration = Load(files, gate, diagnostics);
        bool usable = diagnostics.TrueForAll(diagnostic => diagnostic.Severity == DiagnosticSeverity.Warning);
        return new LoadResult(usable ? configuration : null, diagnostics, sources);
    }

    private static PipelineConfiguration? Load(
        IReadOnlyList<(string Name, byte[] Bytes)> files, StabilityLevel? gate, List<Diagnostic> diagnostics)
    {
        var statements = new List<Statement>();
        foreach (var (name, bytes) in files)
        {
            var file = new SourceFile(name, bytes);
            if (ConfigurationFiles.CheckEncoding(file) is { } wrongEncoding)
                diagnostics.Add(wrongEncoding);
            else if (CollectorYaml.Find(file) is { } otherLanguage)
                diagnostics.Add(otherLanguage);
            else
                statements.AddRange(Parser.Parse(file, diagnostics));
        }

        if (diagnostics.Count > 0)
            return null;

        var graph = new ComponentGraph(gate, diagnostics);
        statements.ForEach(graph.Add);
        graph.CheckReferences();
        return diagnostics.Count > 0 ? null : Build(graph.Components, diagnostics);
    }

    private static PipelineConfiguration Build(IReadOnlyDictionary<string, ComponentBlock> components, List<Diagnostic> diagnostics)
    {
        var evaluator = new Evaluator(new ComponentScope(components));
        var pipeline = new PipelineDraft();
        foreach (var component in components.Values)
        {
            var notSupported = new List<Diagnostic>();
            var problem = component.Definition.Build(component, new DecodeContext(evaluator, notSupported, diagnostics), pipeline);
            diagnostics.AddRange(notSupported);
            if (problem is not null)
                diagnostics.Add(problem.Of(component.Statement.Span));
        }

        RoutingKeyCheck.Run(pipeline, diagnostics);
        return pipeline.ToConfiguration();
    }
}
