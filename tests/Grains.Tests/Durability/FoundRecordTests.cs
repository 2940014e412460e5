using System.Buffers.Binary;
using OrleansLb.Grains.Durability;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Persistence;
using OrleansLb.Otlp.Identity;

namespace OrleansLb.Grains.Tests.Durability;

/// <summary>What a queue finds in its store: damaged, left by an older program or by a newer one.</summary>
public sealed class FoundRecordTests
{
    [Fact]
    public void A_flipped_segment_is_put_aside_at_recovery_and_the_rest_goes_on()
    {
        using var bench = new LogBench(LogBench.Small);
        bench.Keep(1, 2, 3);
        bench.Store["queue-segment-00000001"] = Flip(bench.Store["queue-segment-00000001"], 40);

        Assert.True(bench.Crash().IsOpen);

        Assert.Equal([(1, 0)], bench.PutAside);
        Assert.Contains("queue-segment-00000001-quarantined", bench.Store.Names);
        Assert.DoesNotContain("queue-segment-00000001", bench.Store.Names);
        Assert.Equal([1, 3], bench.Take().Numbers());
    }

    [Fact]
    public void A_segment_that_is_found_torn_when_its_turn_comes_is_put_aside_and_its_parts_are_reported()
    {
        using var bench = new LogBench(LogBench.Small);
        bench.Keep([.. Enumerable.Range(0, 20)]);
        bench.Store["queue-segment-00000015"] = bench.Store["queue-segment-00000015"][..^3];
        bench.Store.Remove("queue-segment-00000016");

        Assert.Equal([.. Enumerable.Range(0, 15), 17, 18, 19], bench.Take().Numbers());

        Assert.Equal([(15, 1), (16, 1)], bench.PutAside);
        Assert.Equal(18, bench.Log.Left);
        Assert.Contains("queue-segment-00000015-quarantined", bench.Store.Names);
    }

    [Fact]
    public void A_segment_that_the_store_itself_finds_corrupt_stays_where_it_is_and_the_rest_goes_on()
    {
        using var bench = new LogBench(LogBench.Small);
        bench.Keep(1, 2, 3);
        bench.Store.Fault = static (operation, name) =>
            operation == StorageOperation.Read && name == "queue-segment-00000001" ? new CorruptStateException("bad page") : null;

        Assert.True(bench.Crash().IsOpen);

        Assert.Equal([(1, 0)], bench.PutAside);
        Assert.Equal([1, 3], bench.Take().Numbers());
        Assert.Contains("queue-segment-00000001", bench.Store.Names);
    }

    [Theory]
    [InlineData("queue-manifest")]
    [InlineData("queue-segment-00000001")]
    public void A_format_of_a_newer_program_is_a_clear_error_that_touches_nothing(string name)
    {
        using var bench = new LogBench(LogBench.Small);
        bench.Keep(1, 2, 3);
        bench.Turns.Run(bench.Log.Dispose);
        bench.Store[name] = OfVersion(SegmentEnvelope.Newest + 1, bench.Store[name]);
        var before = bench.Store.Names.ToDictionary(static name => name, name => bench.Store[name]);
        bench.Store.History.Clear();

        var outcome = bench.Open();

        Assert.True(outcome.IsFinal);
        Assert.Equal($"{name} was written by a newer version of this program; nothing is touched", outcome.Failure);
        Assert.Equal(0, bench.Store.Count(StorageOperation.Write) + bench.Store.Count(StorageOperation.Clear));
        Assert.Equal(before, bench.Store.Names.ToDictionary(static name => name, name => bench.Store[name]));
    }

    [Fact]
    public void A_corrupt_manifest_is_a_clear_error_that_touches_nothing()
    {
        using var bench = new LogBench(LogBench.Small);
        bench.Keep(1);
        bench.Turns.Run(bench.Log.Dispose);
        bench.Store["queue-manifest"] = Flip(bench.Store["queue-manifest"], 33);

        var outcome = bench.Open();

        Assert.True(outcome.IsFinal);
        Assert.Contains("queue-manifest is corrupt", outcome.Failure, StringComparison.Ordinal);
        Assert.Contains("queue-segment-00000000", bench.Store.Names);
    }

    [Fact]
    public void A_queue_that_could_not_be_opened_can_be_opened_again()
    {
        bool opened = false;
        for (int allowed = 0; !opened; allowed++)
        {
            using var bench = new LogBench(LogBench.Small);
            bench.Keep([.. Enumerable.Range(0, 5)]);
            int calls = 0;
            bench.Store.Fault = (_, _) => calls++ >= allowed ? new IOException("gone") : null;
            var outcome = bench.Crash();
            bench.Store.Fault = static (_, _) => null;
            opened = outcome.IsOpen;
            Assert.False(outcome.IsFinal);
            if (!opened)
                Assert.True(bench.Turns.Finish(bench.Log.Open).IsOpen);
            Assert.Equal(5, bench.Log.Left);
            Assert.Equal(Enumerable.Range(0, 5), bench.Take().Numbers());
            Assert.InRange(allowed, 0, 20);
        }
    }

    [Fact]
    public void A_queue_that_an_older_program_has_left_is_read()
    {
        using var bench = new LogBench(new SegmentLogOptions { Sizer = QueueSizer.Items });
        bench.Keep(1);
        bench.End();
        bench.Store[SegmentStore.Manifest] = OfVersion(1, bench.Store[SegmentStore.Manifest]);
        bench.Store[SegmentStore.NameOf(42)] = Convert.FromHexString(SegmentFormatTests.VersionOne);

        Assert.True(bench.Open().IsOpen);

        Assert.Equal((1 + 3, 1 + 3 + 2 + 1), (bench.Log.Left, (int)bench.Log.LeftRoom));
    }

    private static byte[] Flip(byte[] record, int at)
    {
        byte[] flipped = [.. record];
        flipped[at] ^= 0x10;
        return flipped;
    }

    private static byte[] OfVersion(int version, byte[] record)
    {
        byte[] newer = [.. record];
        BinaryPrimitives.WriteUInt16LittleEndian(newer.AsSpan(16), (ushort)version);
        BinaryPrimitives.WriteUInt64LittleEndian(newer.AsSpan(8), XxHash64.Hash(newer.AsSpan(16)));
        return newer;
    }
}
