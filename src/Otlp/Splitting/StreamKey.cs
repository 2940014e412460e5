using System.Runtime.CompilerServices;
using OrleansLb.Otlp.Identity;
using OrleansLb.Otlp.Wire;

namespace OrleansLb.Otlp.Splitting;

/// <summary>The identity of a data point's series, in the Collector's bytes.</summary>
internal sealed class StreamKey(AttributeHasher hasher, IdentifierBuffer buffer) : ItemKey
{
    private readonly StreamMemo _memo = new();
    private StreamChain _resource;
    private StreamChain _scope;
    private StreamChain _metric;

    public override bool TryEnterResource(ReadOnlySpan<byte> request, int start, int end, ref WireError error)
    {
        hasher.Clear();
        for (int position = start; position < end;)
        {
            if (!WireReader.TryRead(request, position, end, out var field, ref error))
                return false;
            if (field.Tag == OtlpTags.Resource
                && !hasher.TryAdd(request, field.ValueStart, field.End, OtlpTags.ResourceAttributesNumber, ref error))
            {
                return false;
            }

            position = field.End;
        }

        if (!hasher.TryHash(request, out var attributes, ref error))
            return false;
        _resource = StreamChain.Start.Add(attributes);
        return true;
    }

    public override bool TryEnterScope(ReadOnlySpan<byte> request, int start, int end, ref WireError error)
    {
        hasher.Clear();
        ReadOnlySpan<byte> name = default, version = default;
        for (int position = start; position < end;)
        {
            ReadAhead.Of(request, position);
            if (!WireReader.TryRead(request, position, end, out var field, ref error))
                return false;
            if (field.Tag == OtlpTags.Scope && !TryLookInScope(request, field.ValueStart, field.End, ref name, ref version, ref error))
                return false;
            position = field.End;
        }

        if (!hasher.TryHash(request, out var attributes, ref error))
            return false;
        _scope = _resource.Add(name).Add(version).Add(attributes);
        return true;
    }

    public override void EnterMetric(ReadOnlySpan<byte> request, in MetricShell shell) => _metric = _scope
        .Add(request[shell.NameStart..shell.NameEnd])
        .Add(request[shell.UnitStart..shell.UnitEnd])
        .Add(shell.TypeByte)
        .Add(shell.MonotonicByte)
        .Add(shell.TemporalityByte);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public override bool TryIdentify(
        ReadOnlySpan<byte> request, int start, int end, uint attributesNumber, out ReadOnlySpan<byte> identifier, ref WireError error)
    {
        if (!_memo.IsWorthAsking()
            || !FieldFilter.TryFindRun(request[..end], start, attributesNumber, out int from, out int to)
            || to - from is < StreamMemo.ShortestAttributes or > StreamMemo.LongestAttributes)
        {
            return TryWorkOut(request, start, end, attributesNumber, out identifier, ref error);
        }

        var attributes = request[from..to];
        if (_memo.TryFind(_metric.Hash, attributes, out identifier, out int place))
            return true;
        if (!TryWorkOut(request, from, to, attributesNumber, out identifier, ref error))
            return false;
        _memo.Keep(place, _metric.Hash, attributes, identifier);
        return true;
    }

    private bool TryWorkOut(
        ReadOnlySpan<byte> request, int start, int end, uint attributesNumber, out ReadOnlySpan<byte> identifier, ref WireError error)
    {
        identifier = default;
        hasher.Clear();
        if (!hasher.TryAdd(request, start, end, attributesNumber, ref error) || !hasher.TryHash(request, out var attributes, ref error))
            return false;
        identifier = _metric.Add(attributes).StreamText(buffer);
        return true;
    }

    private bool TryLookInScope(
        ReadOnlySpan<byte> request, int start, int end, ref ReadOnlySpan<byte> name, ref ReadOnlySpan<byte> version, ref WireError error)
    {
        for (int position = start; position < end;)
        {
            if (!WireReader.TryRead(request, position, end, out var field, ref error))
                return false;
            if (field.Number <= OtlpTags.ScopeAttributesNumber && field.Type != WireType.LengthDelimited)
                return WireReader.WrongType(position, ref error);
            if (field.Number == OtlpTags.ScopeNameNumber)
                name = request[field.ValueStart..field.End];
            else if (field.Number == OtlpTags.ScopeVersionNumber)
                version = request[field.ValueStart..field.End];
            else if (field.Number == OtlpTags.ScopeAttributesNumber && !hasher.TryAdd(request, field.ValueStart, field.End, ref error))
                return false;
            position = field.End;
        }

        return true;
    }
}
