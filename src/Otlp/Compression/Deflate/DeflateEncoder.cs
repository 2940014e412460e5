using System.Diagnostics.CodeAnalysis;
using OrleansLb.Otlp.Identity;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Otlp.Compression.Deflate;

/// <summary>Compresses one message at a time into a gzip member (RFC 1951, RFC 1952); keeps its tables from one message to the next.</summary>
/// <remarks>The same message always yields the same bytes: nothing of one message is left when the next begins.</remarks>
internal sealed unsafe class DeflateEncoder
{
    // a block's tokens and the input they stand for stay in the L2 cache
    private const int BlockTokens = 32_000;

    // Below these the fixed codes do. Better ones for 100 KB would save 8 % of the bytes, and take half as long again, for they need all tokens first;
    // for few tokens their header is as long as what they save.
    private const int ShortMessage = 128 << 10;
    private const int FewTokens = 6000;

    // what short messages are taken to shrink to is a third; there is room for twice what a search may add behind its limit
    private const int ExpectedShrinking = 3;
    private const int RoomForSearch = 2 * FixedSink.Slack;

    private const int TokensAtOnce = 2048;
    private const int HeaderLength = 10;
    private const int TrailerLength = 8;
    private const int StoredOverhead = 6;
    private const int SmallestOutput = 256;

    private readonly ushort[] _heads = new ushort[MatchFinder.Places];
    private readonly uint[] _tokens = new uint[BlockTokens + TokenSink.Slack + MatchFinder.Margin + 1];
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
            if (message.Length < ShortMessage)
                WriteWithFixedCodes(ref writer, ref buffer, pool, message);
            else
                WriteBlocks(ref writer, ref buffer, pool, message);
            MakeRoom(buffer, writer, TrailerLength);
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

    // One block, written while it is searched.
    private void WriteWithFixedCodes(ref BitWriter writer, [NotNull] ref PayloadBuffer? buffer, PayloadPool pool, ReadOnlySpan<byte> message)
    {
        buffer = pool.Rent(SmallestOutput + (message.Length / ExpectedShrinking) + RoomForSearch);
        writer.Append(buffer.Message.Span, Header);
        var before = writer;
        int limit = before.Written + StoredLength(message.Length) - 1, position = 0;
        writer.Put(buffer.Message.Span, 1u | ((uint)BlockCoding.Fixed << 1), 3);
        do
        {
            MakeRoom(buffer, writer, RoomForSearch);
            Search(ref writer, buffer.Message.Span, message, ref position);
        }
        while (position < message.Length - MatchFinder.Margin && writer.Written < limit);

        if (writer.Written < limit)
        {
            MakeRoom(buffer, writer, TokenCode.MostBytes * (MatchFinder.Margin + 1));
            foreach (byte literal in message[position..])
                PutFixed(ref writer, buffer, literal);
            PutFixed(ref writer, buffer, DeflateToken.EndOfBlock);
        }

        if (writer.Written >= limit)
        {
            writer = before;
            WriteStored(ref writer, buffer, message, last: true);
        }
    }

    private void Search(ref BitWriter writer, Span<byte> output, ReadOnlySpan<byte> message, ref int position)
    {
        fixed (byte* input = message)
        fixed (ushort* heads = _heads)
        fixed (byte* to = output)
        {
            var sink = new FixedSink(writer, to);
            MatchFinder.Run(input, message.Length, ref position, heads, ref sink, to + output.Length - FixedSink.Slack);
            writer = sink.WriterOf(to);
        }
    }

    private static void PutFixed(ref BitWriter writer, PayloadBuffer buffer, uint token)
    {
        ulong code = BlockCodes.FixedCode(token);
        writer.Put(buffer.Message.Span, TokenCode.Bits(code, token), TokenCode.Count(code));
    }

    private void WriteBlocks(ref BitWriter writer, [NotNull] ref PayloadBuffer? buffer, PayloadPool pool, ReadOnlySpan<byte> message)
    {
        _codes.Forget();
        int position = 0;
        do
        {
            int start = position;
            var tokens = NextBlock(message, ref position);
            bool dynamic = tokens.Length > FewTokens;
            if (dynamic)
                _codes.Prepare(tokens);
            if (buffer is null)
            {
                // the first block tells how far the message shrinks
                long bits = dynamic ? _codes.ExpectedBits(tokens.Length) : tokens.Length * TokenCode.ExpectedFixedBits;
                buffer = pool.Rent((int)Math.Min(SmallestOutput + (bits / 7 * message.Length / position), LongestOutput(message.Length) + BitWriter.Slack));
                writer.Append(buffer.Message.Span, Header);
            }

            Write(ref writer, buffer, dynamic, tokens, message[start..position], position == message.Length);
        }
        while (position < message.Length);
    }

    private static void MakeRoom(PayloadBuffer buffer, in BitWriter writer, int bytes)
    {
        int needed = checked(writer.Written + bytes + 1 + BitWriter.Slack);
        if (needed > buffer.Capacity)
            buffer.Grow(checked(needed + (needed / 4)), writer.Written + Payload.FrameHeaderLength);
    }

    private static void WriteStored(ref BitWriter writer, PayloadBuffer buffer, ReadOnlySpan<byte> input, bool last)
    {
        MakeRoom(buffer, writer, StoredLength(input.Length));
        var output = buffer.Message.Span;
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

    // at most: the three bits that a block begins with may take a byte more
    private static int StoredLength(int length) => length + (StoredOverhead * ((length / DeflateFormat.LargestStored) + 1));

    private ReadOnlySpan<uint> NextBlock(ReadOnlySpan<byte> message, ref int position)
    {
        fixed (byte* input = message)
        fixed (ushort* heads = _heads)
        fixed (uint* tokens = _tokens)
        {
            var sink = new TokenSink(tokens);
            MatchFinder.Run(input, message.Length, ref position, heads, ref sink, tokens + BlockTokens);
            int count = sink.CountFrom(tokens);
            if (position >= message.Length - MatchFinder.Margin)
            {
                for (; position < message.Length; position++)
                    tokens[count++] = message[position];
            }

            tokens[count++] = DeflateToken.EndOfBlock;
            return _tokens.AsSpan(0, count);
        }
    }

    // Codes come from a sample, so the length of the block is known only when it is written; then it may be stored in its place.
    private void Write(ref BitWriter writer, PayloadBuffer buffer, bool dynamic, ReadOnlySpan<uint> tokens, ReadOnlySpan<byte> input, bool last)
    {
        var before = writer;
        int limit = before.Written + StoredLength(input.Length) - 1;
        MakeRoom(buffer, writer, CodeLengthHeader.MostBytes);
        writer.Put(buffer.Message.Span, (last ? 1u : 0u) | ((uint)(dynamic ? BlockCoding.Dynamic : BlockCoding.Fixed) << 1), 3);
        if (dynamic)
            _codes.Header.Write(ref writer, buffer.Message.Span);
        var table = dynamic ? _codes.Table : BlockCodes.FixedTable;
        for (var rest = tokens; !rest.IsEmpty && writer.Written < limit;)
        {
            var some = rest[..Math.Min(rest.Length, TokensAtOnce)];
            rest = rest[some.Length..];
            MakeRoom(buffer, writer, some.Length * TokenCode.MostBytes);
            writer.PutTokens(buffer.Message.Span, some, table);
        }

        if (writer.Written >= limit)
        {
            writer = before;
            WriteStored(ref writer, buffer, input, last);
            _codes.Forget();
        }
        else if (dynamic)
        {
            _codes.Judge(tokens.Length, 8L * (writer.Written - before.Written));
        }
    }
}
