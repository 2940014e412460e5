namespace OrleansLb.Silo.Load;

/// <summary>One export request, ready to be sent.</summary>
/// <param name="Frame">The message behind its gRPC frame header.</param>
/// <param name="Spans">How many spans it holds.</param>
/// <param name="TraceIds">Where trace IDs may be written anew, relative to the start of the message.</param>
/// <param name="ServiceNumbers">Where the digits of service numbers end, relative to the start of the message.</param>
internal sealed record TraceRequest(byte[] Frame, int Spans, TraceIdSlot[] TraceIds, int[] ServiceNumbers)
{
    private const int FrameHeaderLength = 5;

    /// <summary>The message without its frame header.</summary>
    public Span<byte> Message => Frame.AsSpan(FrameHeaderLength);

    /// <summary>Puts a message behind a frame header.</summary>
    public static TraceRequest Of(WireMessage message)
    {
        byte[] bytes = message.ToArray();
        var frame = new byte[FrameHeaderLength + bytes.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)bytes.Length);
        bytes.CopyTo(frame, FrameHeaderLength);
        return new TraceRequest(frame, message.TraceIds.Count, [.. message.TraceIds], [.. message.ServiceNumbers]);
    }
}
