using OrleansLb.Configuration.Components;
using OrleansLb.Configuration.Evaluation;
using OrleansLb.Configuration.Syntax;

namespace OrleansLb.Configuration.Loading;

/// <summary>The components of a configuration by their IDs; the order of the source does not matter.</summary>
internal sealed class ComponentScope(IReadOnlyDictionary<string, ComponentBlock> components) : IScope
{
    public Outcome<AlloyValue>? Resolve(SourceSpan span, IReadOnlyList<string> path)
    {
        if (Find(path, out int consumed) is not { } component)
            return null;

        return Fields.Of(ExportsOf(component, span), path.Skip(consumed), span);
    }

    /// <summary>The component that the shortest prefix of a path names, and the prefix's length.</summary>
    public ComponentBlock? Find(IReadOnlyList<string> path, out int consumed)
    {
        string id = "";
        for (consumed = 1; consumed <= path.Count; consumed++)
        {
            id = consumed == 1 ? path[0] : $"{id}.{path[consumed - 1]}";
            if (components.TryGetValue(id, out var component))
                return component;
            // IDs have a handful of parts; a path may have any number.
            if (consumed > 16)
                break;
        }

        return null;
    }

    private static ObjectValue ExportsOf(ComponentBlock component, SourceSpan span) =>
        component.Definition.Export is { } export
            ? new ObjectValue(span, [new(export.Name, new CapsuleValue(span, export.Kind, component.Id))])
            : new ObjectValue(span, []);
}
