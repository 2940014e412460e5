using System.Diagnostics.CodeAnalysis;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Otlp.Compression.Deflate;

/// <summary>Compresses one message at a time into a gzip member (RFC 1951, RFC 1952); keeps its tables from one message to the next.</summary>
/// <remarks>The same message always yields the same bytes: nothing of one message is left when the next begins.</remarks>
internal sealed unsafe class DeflateEncoder
{
    // a block's tokens and the input they stand for stay in the L2 cache; a block begins with a header of 60 to 100 bytes
    private const int BlockTokens = 32_000;

    private const int HeaderLength = 10;
    private const int TrailerLength = 8;
    private const int StoredOverhead = 6;

    private readonly ushort[] _heads = new ushort[MatchFinder.Places];
    private readonly uint[] _tokens = new uint[BlockTokens + MatchFinder.TokenSlack + 1];
    private readonly int[] _counts = new int[2 * DeflateToken.Indexes];
    private readonly BlockCodes _codes = new();

    // compression method 8 (deflate), no flags, no time, no extra flags, unknown system: RFC 1952 §2.3
    private static ReadOnlySpan<byte> Header => [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];

    /// <summary>No message of <paramref name="length"/> bytes becomes a longer member than this: what does not shrink is stored (RFC 1951 §3.2.4).</summary>
    /// <remarks>Every block but the last stands for at least as many bytes as it has tokens.</remarks>
    public static int LongestOutput(int length) =>
        checked(HeaderLength + TrailerLength + length + (StoredOverhead * ((length / BlockTokens) + 1)));

    /// <summary>Writes the member into a payload of <paramref name="pool"/>.</summary>
    public Payload Encode(PayloadPool pool, ReadOnlySpan<byte> message)
    {
        _heads.AsSpan().Clear();
        PayloadBuffer? buffer = null;
        try
        {
            var writer = default(BitWriter);
            int position = 0;
            do
            {
                int start = position;
                var tokens = NextBlock(message, ref position);
                var input = message[start..position];
                _codes.Prepare(Count(tokens));
                var coding = Choose(writer.Pending, input.Length, out long bits);
                Reserve(ref buffer, pool, writer.Written, checked((int)(bits / 8)), position, message.Length);

                var output = buffer!.Message.Span;
                if (start == 0)
                    writer.Append(output, Header);
                Write(ref writer, output, coding, tokens, input, position == message.Length);
            }
            while (position < message.Length);

            writer.Align(buffer.Message.Span);
            writer.Put(buffer.Message.Span, Crc32.Hash(message), 32);
            writer.Put(buffer.Message.Span, (uint)message.Length, 32);
            return buffer.Seal(writer.Written, ContentCoding.Gzip);
        }
        finally
        {
            buffer?.Dispose();
        }
    }

    private ReadOnlySpan<uint> NextBlock(ReadOnlySpan<byte> message, ref int position)
    {
        fixed (byte* input = message)
        fixed (ushort* heads = _heads)
        fixed (uint* tokens = _tokens)
        {
            int count = MatchFinder.Run(input, message.Length, ref position, heads, tokens, BlockTokens);
            tokens[count++] = DeflateToken.EndOfBlock;
            return _tokens.AsSpan(0, count);
        }
    }

    // Neighbours are counted apart, since an increment has to wait for the one before it at the same place.
    private ReadOnlySpan<int> Count(ReadOnlySpan<uint> tokens)
    {
        Span<int> even = _counts.AsSpan(0, DeflateToken.Indexes), odd = _counts.AsSpan(DeflateToken.Indexes);
        _counts.AsSpan().Clear();
        int at = 0;
        for (; at + 1 < tokens.Length; at += 2)
        {
            even[(int)(tokens[at] & DeflateToken.IndexMask)]++;
            odd[(int)(tokens[at + 1] & DeflateToken.IndexMask)]++;
        }

        if (at < tokens.Length)
            even[(int)(tokens[at] & DeflateToken.IndexMask)]++;
        for (int index = 0; index < even.Length; index++)
            even[index] += odd[index];
        return even;
    }

    private BlockCoding Choose(int pending, int length, out long bits)
    {
        // stored content begins at the border of a byte, behind its length and the complement of it
        int pieces = Math.Max(1, (length + DeflateFormat.LargestStored - 1) / DeflateFormat.LargestStored);
        long stored = (-(pending + 3) & 7) + (8L * length) + (32 * pieces) + (8 * (pieces - 1));
        bits = 3 + Math.Min(stored, Math.Min(_codes.FixedBits, _codes.DynamicBits));
        return bits == 3 + _codes.FixedBits ? BlockCoding.Fixed : bits == 3 + stored ? BlockCoding.Stored : BlockCoding.Dynamic;
    }

    // The first block tells how far the message shrinks.
    private static void Reserve([NotNull] ref PayloadBuffer? buffer, PayloadPool pool, int written, int more, int position, int length)
    {
        int needed = checked(HeaderLength + written + more + 2 + TrailerLength + BitWriter.Slack);
        if (buffer is not null && needed <= buffer.Capacity)
            return;
        long expected = position < length ? Math.Min((long)needed * length / position * 9 / 8, LongestOutput(length) + BitWriter.Slack) : needed;
        int capacity = (int)Math.Max(needed, expected);
        if (buffer is null)
            buffer = pool.Rent(capacity);
        else
            buffer.Grow(capacity, written + Payload.FrameHeaderLength);
    }

    private void Write(ref BitWriter writer, Span<byte> output, BlockCoding coding, ReadOnlySpan<uint> tokens, ReadOnlySpan<byte> input, bool last)
    {
        if (coding == BlockCoding.Stored)
        {
            WriteStored(ref writer, output, input, last);
            return;
        }

        writer.Put(output, (last ? 1u : 0u) | ((uint)coding << 1), 3);
        if (coding == BlockCoding.Dynamic)
            _codes.Header.Write(ref writer, output);
        writer.PutTokens(output, tokens, coding == BlockCoding.Dynamic ? _codes.DynamicTable() : BlockCodes.FixedTable);
    }

    private static void WriteStored(ref BitWriter writer, Span<byte> output, ReadOnlySpan<byte> input, bool last)
    {
        do
        {
            var piece = input[..Math.Min(input.Length, DeflateFormat.LargestStored)];
            input = input[piece.Length..];
            writer.Put(output, last && input.IsEmpty ? 1u : 0u, 3);
            writer.Align(output);
            writer.Put(output, (uint)piece.Length | ((uint)~piece.Length << 16), 32);
            writer.Append(output, piece);
        }
        while (!input.IsEmpty);
    }
}
