using System.Collections.Immutable;
using System.Text;

namespace OrleansLb.Otlp.Splitting;

/// <summary>The names of the attributes that make a routing identifier, in their order, encoded once. Immutable.</summary>
/// <remarks>
/// <c>span.kind</c> and <c>span.name</c> of spans, <c>log.severity</c> (the text) and <c>log.body</c> of log records stand for
/// fields of the item, unless its resource or scope has an attribute of that name.
/// </remarks>
public sealed class RoutingAttributes
{
    private readonly byte[][] _names;
    private readonly NameProbe[] _probes;

    /// <param name="names">At least one name; the same name may occur again.</param>
    public RoutingAttributes(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        Names = [.. names];
        _names = [.. Names.Select(Encoding.UTF8.GetBytes)];
        _probes = [.. _names.Select(static name => new NameProbe(name))];
        if (_names.Length == 0)
            throw new ArgumentException("There is no attribute to route by.", nameof(names));
    }

    /// <summary>The names.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>How many names there are; at least one.</summary>
    public int Count => _names.Length;

    internal ReadOnlySpan<byte> Name(int index) => _names[index];

    internal NameProbe Probe(int index) => _probes[index];
}
