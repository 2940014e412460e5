using OrleansLb.Grains.Persistence;

namespace OrleansLb.Storage.Tests.Kit;

/// <summary>A record that knows its own bytes: a marker, then the data.</summary>
[GenerateSerializer]
internal sealed class BlobState : IBinaryState<BlobState>
{
    private const byte Marker = 0xb1;

    [Id(0)]
    public byte[] Data { get; set; } = [];

    public int EncodedLength => Data.Length + 1;

    public static BlobState Random(int length, int seed)
    {
        byte[] data = new byte[length];
        new Random(seed).NextBytes(data);
        return new BlobState { Data = data };
    }

    public void WriteTo(Span<byte> destination)
    {
        destination[0] = Marker;
        Data.CopyTo(destination[1..]);
    }

    public static BlobState ReadFrom(ReadOnlySpan<byte> source) => source is [Marker, .. var data]
        ? new BlobState { Data = data.ToArray() }
        : throw new CorruptStateException("no marker");
}
