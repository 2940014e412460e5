using System.Text;

namespace OrleansLb.Silo.Load;

/// <summary>A protobuf message under construction that knows where in it the trace IDs and service numbers are.</summary>
internal sealed class WireMessage
{
    private readonly List<byte> _bytes = [];
    private readonly List<TraceIdSlot> _traceIds = [];
    private readonly List<int> _serviceNumbers = [];

    /// <summary>Where trace IDs are, relative to the start of the message.</summary>
    public IReadOnlyList<TraceIdSlot> TraceIds => _traceIds;

    /// <summary>Where the decimal digits of service numbers end, relative to the start of the message.</summary>
    public IReadOnlyList<int> ServiceNumbers => _serviceNumbers;

    /// <summary>The message.</summary>
    public byte[] ToArray() => [.. _bytes];

    /// <summary>Room for the trace ID of trace number <paramref name="trace"/>.</summary>
    public WireMessage TraceId(int field, int trace)
    {
        Tag(field, 2);
        Varint(16);
        _traceIds.Add(new TraceIdSlot(_bytes.Count, trace));
        _bytes.AddRange(new byte[16]);
        return this;
    }

    public WireMessage Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, 2);
        Varint((ulong)value.Length);
        _bytes.AddRange(value);
        return this;
    }

    public WireMessage String(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public WireMessage Integer(int field, ulong value)
    {
        Tag(field, 0);
        Varint(value);
        return this;
    }

    public WireMessage Fixed64(int field, ulong value)
    {
        Tag(field, 1);
        _bytes.AddRange(BitConverter.GetBytes(value));
        return this;
    }

    public WireMessage Fixed32(int field, uint value)
    {
        Tag(field, 5);
        _bytes.AddRange(BitConverter.GetBytes(value));
        return this;
    }

    public WireMessage Nested(int field, WireMessage inner)
    {
        Tag(field, 2);
        Varint((ulong)inner._bytes.Count);
        foreach (var slot in inner._traceIds)
            _traceIds.Add(slot with { Offset = slot.Offset + _bytes.Count });
        foreach (int end in inner._serviceNumbers)
            _serviceNumbers.Add(end + _bytes.Count);
        _bytes.AddRange(inner._bytes);
        return this;
    }

    /// <summary>The <c>service.name</c> attribute of a numbered service: its name ends in digits that can be written anew.</summary>
    public WireMessage NumberedService(int field, string name)
    {
        Attribute(field, "service.name", name);
        _serviceNumbers.Add(_bytes.Count);
        return this;
    }

    /// <summary>A KeyValue with a string.</summary>
    public WireMessage Attribute(int field, string key, string value) =>
        Nested(field, new WireMessage().String(1, key).Nested(2, new WireMessage().String(1, value)));

    /// <summary>A KeyValue with an integer.</summary>
    public WireMessage Attribute(int field, string key, long value) =>
        Nested(field, new WireMessage().String(1, key).Nested(2, new WireMessage().Integer(3, (ulong)value)));

    private void Tag(int field, int wireType) => Varint((ulong)((field << 3) | wireType));

    private void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            _bytes.Add((byte)(value | 0x80));
            value >>= 7;
        }
        _bytes.Add((byte)value);
    }
}
