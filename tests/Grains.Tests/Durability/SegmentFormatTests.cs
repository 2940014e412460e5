using OrleansLb.Grains.Durability;
using OrleansLb.Grains.Options;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Tests.Durability;

public sealed class SegmentFormatTests
{
    // written by the program that knew no other version
    internal const string VersionOne =
        "4F4C425155455545" + "1C54C66C0F5AEA4B" + "0100" + "0100" + "99000000" + "2A00000000000000" +
        "02000000" + "03000000" +
        "0700000000000000" + "02000000" + "00000000" + "01000000" + "05000000" + "03000000" +
        "0900000000000000" + "01000000" + "02000000" + "01000000" +
        "00000000" + "03000000" + "0C00000000000000" + "03000000" + "010203" +
        "01000000" + "02000000" + "0000000000000080" + "00000000" +
        "02010000" + "01000000" + "0000000000000080" + "02000000" + "0405";

    [Fact]
    public void What_is_written_is_read()
    {
        byte[] record = Example();

        Assert.Equal(RecordCondition.Sound, SegmentReader.Open(record, 42, out var reader));
        Assert.Equal(3, reader.Count);
        Assert.Equal(5, reader.PayloadBytes);
        Assert.Equal([(7, "0+1 5+3"), (9, "2+1")], reader.Acks.Select(static ack => (ack.Number, string.Join(' ', ack.Runs.Select(static run => $"{run.Start}+{run.Length}")))));
        var first = reader.Next(PayloadPool.Shared, wanted: true);
        Assert.Equal((Signal.Traces, 3, 12L, ContentCoding.Identity), (first.Signal, first.Items, first.Since!.Value, first.Payload.Coding));
        Assert.Equal([1, 2, 3], first.Payload.Message.ToArray());
        Assert.Null(reader.Next(PayloadPool.Shared, wanted: false).Payload);
        var last = reader.Next(PayloadPool.Shared, wanted: true);
        Assert.Equal((Signal.Metrics, 1, (long?)null, ContentCoding.Gzip, 2), (last.Signal, last.Items, last.Since, last.Payload.Coding, last.Payload.Length));
        Assert.Equal((0, 700), (first.PlainLength, last.PlainLength));
    }

    [Fact]
    public void The_layout_is_that_of_version_two()
    {
        // a change of these bytes is a new version of the format
        Assert.Equal(
            "4F4C425155455545" + "1895D8520DB6FC6E" + "0200" + "0100" + "A5000000" + "2A00000000000000" +
            "02000000" + "03000000" +
            "0700000000000000" + "02000000" + "00000000" + "01000000" + "05000000" + "03000000" +
            "0900000000000000" + "01000000" + "02000000" + "01000000" +
            "00000000" + "03000000" + "0C00000000000000" + "03000000" + "00000000" + "010203" +
            "01000000" + "02000000" + "0000000000000080" + "00000000" + "00000000" +
            "02010000" + "01000000" + "0000000000000080" + "02000000" + "BC020000" + "0405",
            Convert.ToHexString(Example()));
    }

    [Fact]
    public void A_segment_of_version_one_is_read_and_its_parts_count_as_they_are_stored()
    {
        byte[] record = Convert.FromHexString(VersionOne);

        Assert.Equal(RecordCondition.Sound, SegmentReader.Open(record, 42, out var reader));
        Assert.Equal((3, 5), (reader.Count, reader.PayloadBytes));
        Assert.Equal([3, 1, 2], reader.Rooms(QueueSizer.Bytes));
        Assert.Equal([3, 2, 1], reader.Rooms(QueueSizer.Items));
        Assert.Equal([1, 2, 3], reader.Next(PayloadPool.Shared, wanted: true).Payload.Message.ToArray());
        reader.Next(PayloadPool.Shared, wanted: false);
        var last = reader.Next(PayloadPool.Shared, wanted: true);
        Assert.Equal((Signal.Metrics, 1, ContentCoding.Gzip, 0), (last.Signal, last.Items, last.Payload.Coding, last.PlainLength));
        Assert.Equal([4, 5], last.Payload.Message.ToArray());
    }

    [Fact]
    public void The_room_of_a_compressed_part_is_that_of_its_content()
    {
        Assert.Equal(RecordCondition.Sound, SegmentReader.Open(Example(), 42, out var reader));

        Assert.Equal([3, 1, 700], reader.Rooms(QueueSizer.Bytes));
        Assert.Equal([1, 1, 1], reader.Rooms(QueueSizer.Requests));
    }

    [Fact]
    public void Every_flipped_bit_and_every_cut_is_noticed()
    {
        byte[] record = Example();
        for (int bit = 0; bit < record.Length * 8; bit++)
        {
            record[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(RecordCondition.Corrupt, SegmentReader.Open(record, 42, out _));
            record[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (int length = 0; length < record.Length; length++)
            Assert.Equal(RecordCondition.Corrupt, SegmentReader.Open(record.AsSpan(0, length), 42, out _));
        Assert.Equal(RecordCondition.Corrupt, SegmentReader.Open([.. record, 0], 42, out _));
    }

    [Fact]
    public void A_record_under_anothers_name_is_corrupt() =>
        Assert.Equal(RecordCondition.Corrupt, SegmentReader.Open(Example(), 43, out _));

    [Fact]
    public void Stores_that_go_by_properties_keep_a_record_whole()
    {
        var state = new SegmentState(new SegmentManifest(1, 2, 3, [0, 1]));

        string json = System.Text.Json.JsonSerializer.Serialize(state);
        var back = System.Text.Json.JsonSerializer.Deserialize<SegmentState>(json)!;

        Assert.Equal(RecordCondition.Sound, SegmentManifest.Read(back.Bytes.Span, out var manifest));
        Assert.Equal((1, 2, 3), (manifest!.Owner, manifest.First, manifest.Reserved));
        Assert.Equal([0, 1], manifest.Stragglers);
        Assert.StartsWith("{\"Content\":", json, StringComparison.Ordinal);
    }

    [Fact]
    public void A_set_of_done_parts_is_a_list_of_runs()
    {
        var set = new DoneSet(200);
        foreach (int index in (int[])[0, 1, 2, 63, 64, 65, 127, 199])
            Assert.True(set.Add(index));

        Assert.False(set.Add(64));
        Assert.False(set.Add(200));
        Assert.False(set.Add(-1));
        Assert.Equal([(0, 3), (63, 3), (127, 1), (199, 1)], set.ToRuns());
        Assert.Equal(66, set.Next(63, marked: false));
        Assert.Equal(199, set.Next(128, marked: true));
        Assert.Equal(8, set.Count);
    }

    private static byte[] Example()
    {
        var draft = new SegmentDraft();
        draft.Add(new SegmentEntry(Signal.Traces, 3, 12, Payload.CopyOf([1, 2, 3])));
        draft.Add(new SegmentEntry(Signal.Logs, 2, null, Payload.CopyOf([])));
        draft.Add(new SegmentEntry(Signal.Metrics, 1, null, Payload.CopyOf([4, 5], ContentCoding.Gzip), PlainLength: 700));
        draft.Close(42, [new AckRecord(7, [(0, 1), (5, 3)]), new AckRecord(9, [(2, 1)])]);
        byte[] record = new byte[draft.RecordLength];
        draft.WriteRecord(record);
        return record;
    }
}
