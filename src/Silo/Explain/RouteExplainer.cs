using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Silo.Explain;

/// <summary>Answers where a key of one signal goes.</summary>
internal sealed class RouteExplainer(RouteSource source, Signal signal)
{
    private string SignalName => signal.ToString().ToLowerInvariant();

    public bool TryExplain(KeyQuery query, [NotNullWhen(true)] out RouteExplanation? explanation, [NotNullWhen(false)] out string? error)
    {
        explanation = null;
        if (!TryIdentify(query, out byte[]? identifier, out error))
            return false;

        var layout = source.Layout;
        var place = layout.PlaceOf(identifier);
        int slot = layout.SlotAt(place.Position);
        bool partitioned = layout.Ring == RingKind.Partitions;
        int cells = partitioned ? layout.PositionCount / Partitioning.Count : 1;
        explanation = new RouteExplanation
        {
            Input = query.Input,
            Exporter = source.Exporter?.ComponentId,
            Signal = query.Key is null ? null : SignalName,
            Ring = layout.Ring.Name(),
            Backends = layout.Table.Slots.Length,
            IdentifierText = PrintableText.Of(identifier),
            IdentifierHex = Convert.ToHexStringLower(identifier),
            HashAlgorithm = layout.HashName,
            Hash = place.Hash.ToString(partitioned ? "x16" : "x8", CultureInfo.InvariantCulture),
            Partition = partitioned ? place.Position / cells : null,
            Cell = cells > 1 ? place.Position % cells : null,
            CellCount = cells > 1 ? cells : null,
            Position = partitioned ? null : place.Position,
            PositionCount = layout.PositionCount / cells,
            Slot = slot,
            Backend = layout.Table.BackendOf(slot)!,
            Weight = layout.Table.SeatOf(slot)!.SetWeight,
        };
        return true;
    }

    private bool TryIdentify(KeyQuery query, [NotNullWhen(true)] out byte[]? identifier, [NotNullWhen(false)] out string? error)
    {
        identifier = null;
        error = null;
        if (query.Key is not { } known)
        {
            identifier = query.Value.ToArray();
            return true;
        }

        var split = source.Exporter?.Split ?? new SplitOptions(known, source.Identifiers);
        if (!Decides(known, split))
            error = $"{source.Exporter!.ComponentId} routes by {split.Key.Name()}, not by {known.Name()}{Advice(split)}";
        else if (!RequestSplitter.Supports(split.Key, signal))
            error = $"{SignalName} cannot be routed by {split.Key.Name()}";
        else if (IdentifierProbe.Find(signal, split, known, query.Value.Span) is { } found)
            identifier = found;
        else
            error = "a log record without a trace ID goes to a backend that is drawn at random";
        return identifier is not null;
    }

    // Nothing else may have a say: an item has more attributes than the one that a question names.
    private static bool Decides(RoutingKey known, in SplitOptions split) => split.Key == RoutingKey.Attributes
        ? known == RoutingKey.Service && split.Attributes!.Names.All(static name => name == "service.name")
        : split.Key == known;

    private static string Advice(in SplitOptions split) => split.Key switch
    {
        RoutingKey.Metric => $"; ask for {KeyQuery.Identifier} NAME with the metric's name",
        RoutingKey.Resource => $"; ask for {KeyQuery.Identifier} resource/HASH",
        RoutingKey.StreamId when split.Dialect == IdentifierDialect.CoLocated => $"; ask for {KeyQuery.Identifier} HASH, of sixteen digits",
        RoutingKey.StreamId => $"; ask for {KeyQuery.Identifier} stream/HASH",
        RoutingKey.Attributes => $"; ask for {KeyQuery.Identifier} {string.Concat(split.Attributes!.Names.Select(static name => $"{name}=VALUE|"))}",
        _ => "",
    };
}
