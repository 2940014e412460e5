using OrleansLb.Configuration.Components;
using OrleansLb.Configuration.Diagnostics;
using OrleansLb.Configuration.Evaluation;
using OrleansLb.Configuration.Syntax;

namespace OrleansLb.Configuration.Loading;

/// <summary>Turns the statements of the top level into components, and checks names, labels, stability and references.</summary>
internal sealed class ComponentGraph(StabilityLevel? gate, List<Diagnostic> diagnostics)
{
    private readonly OrderedDictionary<string, ComponentBlock> _components = [];

    /// <summary>The components by ID, in the order of the source.</summary>
    public IReadOnlyDictionary<string, ComponentBlock> Components => _components;

    public void Add(Statement statement)
    {
        switch (statement)
        {
            case AttributeStatement attribute:
                diagnostics.Add(attribute.Span.Error($"unrecognized attribute {attribute.Name}"));
                break;
            case BlockStatement block:
                AddBlock(block);
                break;
        }
    }

    /// <summary>Reports references to components that do not exist. To be called when all are added.</summary>
    public void CheckReferences()
    {
        var scope = new ComponentScope(_components);
        foreach (var component in _components.Values)
        {
            foreach (var (span, path) in ReferencePath.In(component.Statement.Body))
            {
                if (scope.Find(path, out _) is not { } target)
                {
                    if (!StandardLibrary.Knows(path[0]))
                        diagnostics.Add(span.Error($"component {Quoting.Quote(string.Join('.', path))} does not exist or is out of scope"));
                }
                else if (target == component)
                {
                    diagnostics.Add(span.Error("cannot reference self"));
                }
            }
        }
    }

    private void AddBlock(BlockStatement block)
    {
        if (ComponentCatalog.Find(block.Name) is not { } definition)
        {
            diagnostics.Add(block.Span.Error($"cannot find the definition of component name {Quoting.Quote(block.Name)}"));
            return;
        }

        if (definition.HasLabel && block.Label.Length == 0)
        {
            diagnostics.Add(block.Span.Error($"component {Quoting.Quote(block.Name)} must have a label"));
            return;
        }

        string id = block.Label.Length == 0 ? block.Name : $"{block.Name}.{block.Label}";
        if (_components.TryGetValue(id, out var earlier))
        {
            var first = earlier.Statement.Span;
            var (line, column) = first.File.Locate(first.Start);
            diagnostics.Add(block.Span.Error($"block {id} already declared at {first.File.Name}:{line}:{column}"));
            return;
        }

        if (gate is { } least && definition.Stability < least)
        {
            string level = definition.Stability.Display();
            diagnostics.Add(block.Span.Error(
                $"component {Quoting.Quote(block.Name)} is at stability level \"{level}\", which is below the minimum allowed stability level "
                + $"\"{least.Display()}\". Use --stability.level command-line flag to enable \"{level}\" features"));
            return;
        }

        if (!definition.HasLabel && block.Label.Length > 0 && definition == LoggingBlock.Definition)
        {
            diagnostics.Add(block.Span.Error($"block {Quoting.Quote(block.Name)} does not support specifying labels"));
            return;
        }

        _components.Add(id, new ComponentBlock(id, definition, block));
    }
}
