using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace OrleansLb.Silo.Sink;

/// <summary>How many spans of each trace arrived. Written and read under its <see cref="Gate"/>.</summary>
internal sealed class TraceLedger
{
    /// <summary>Bytes of one entry of <see cref="Snapshot"/>: the trace ID and a little-endian count.</summary>
    public const int EntryLength = 20;

    private readonly Dictionary<UInt128, int> _spans = [];

    /// <summary>Taken once per request, not once per span.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Distinct trace IDs.</summary>
    public int Count
    {
        get
        {
            lock (Gate)
                return _spans.Count;
        }
    }

    /// <summary>One more span of the trace; the caller holds the gate.</summary>
    public void Add(ReadOnlySpan<byte> traceId)
    {
        var key = BinaryPrimitives.ReadUInt128BigEndian(traceId);
        CollectionsMarshal.GetValueRefOrAddDefault(_spans, key, out _)++;
    }

    /// <summary>All entries, <see cref="EntryLength"/> bytes each, in no order.</summary>
    public byte[] Snapshot()
    {
        lock (Gate)
        {
            var bytes = new byte[_spans.Count * EntryLength];
            int at = 0;
            foreach (var (traceId, spans) in _spans)
            {
                BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(at), traceId);
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at + 16), spans);
                at += EntryLength;
            }
            return bytes;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (Gate)
            _spans.Clear();
    }
}
