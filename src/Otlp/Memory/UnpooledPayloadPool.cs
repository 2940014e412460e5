namespace OrleansLb.Otlp.Memory;

/// <summary>Arrays of their own, left to the garbage collector: for payloads whose owners nobody counts.</summary>
internal sealed class UnpooledPayloadPool : PayloadPool
{
    public static UnpooledPayloadPool Instance { get; } = new();

    protected internal override byte[] RentArray(int minimumLength) => new byte[minimumLength];

    protected internal override void ReturnArray(byte[] array)
    {
    }
}
