namespace OrleansLb.Grains.Durability;

/// <summary>Something that can be written as a record.</summary>
internal interface IRecordSource
{
    /// <summary>Bytes of the record, envelope included.</summary>
    int RecordLength { get; }

    /// <summary>Writes the record; may be asked more than once.</summary>
    /// <param name="record">Exactly <see cref="RecordLength"/> bytes.</param>
    void WriteRecord(Span<byte> record);
}
