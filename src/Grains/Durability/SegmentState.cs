using System.Buffers;
using OrleansLb.Grains.Persistence;

namespace OrleansLb.Grains.Durability;

/// <summary>
/// A record of a durable queue as stores see it: opaque bytes. On the way out it is written straight from the payloads into the store's
/// memory; on the way in it is one copy in pooled memory, for the reader to give back.
/// </summary>
[GenerateSerializer, Alias("orleanslb.SegmentState")]
internal sealed class SegmentState : IBinaryState<SegmentState>
{
    [NonSerialized]
    private readonly IRecordSource? _source;

    [NonSerialized]
    private byte[] _bytes = [];

    [NonSerialized]
    private int _length;

    [NonSerialized]
    private bool _pooled;

    /// <summary>An empty record, for serializers to fill.</summary>
    public SegmentState()
    {
    }

    /// <summary>A record to be written.</summary>
    public SegmentState(IRecordSource source) => _source = source;

    /// <summary>The record for stores with serializers of their own; a copy.</summary>
    [Id(0)]
    public byte[] Content
    {
        get
        {
            byte[] copy = new byte[Length];
            WriteTo(copy);
            return copy;
        }

        set => (_bytes, _length, _pooled) = (value, value.Length, false);
    }

    int IBinaryState<SegmentState>.EncodedLength => Length;

    /// <summary>What was read; valid until <see cref="Release"/>.</summary>
    internal ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

    // not public: serializers that go by properties must see the content only
    private int Length => _source?.RecordLength ?? _length;

    /// <inheritdoc/>
    public static SegmentState ReadFrom(ReadOnlySpan<byte> source)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(source.Length);
        source.CopyTo(bytes);
        return new SegmentState { _bytes = bytes, _length = source.Length, _pooled = true };
    }

    /// <inheritdoc/>
    public void WriteTo(Span<byte> destination)
    {
        if (_source is null)
            Bytes.Span.CopyTo(destination);
        else
            _source.WriteRecord(destination);
    }

    /// <summary>Gives the memory of a record that was read back.</summary>
    public void Release()
    {
        if (_pooled)
            ArrayPool<byte>.Shared.Return(_bytes);
        (_bytes, _length, _pooled) = ([], 0, false);
    }
}
