using System.Collections.Concurrent;

namespace OrleansLb.Clustering.Tests.Contract;

public abstract partial class MembershipTableContract
{
    [KitFact]
    public async Task Of_silos_that_join_by_the_same_version_one_wins()
    {
        for (int round = 0; round < 10; round++)
        {
            var version = (await Table.ReadAllAsync(default)).Version;
            int first = (round * Writers) + 1;
            bool[] won = await TogetherAsync((table, writer) => table.InsertRowAsync(Silo(first + writer), version.Next(), default));

            Assert.Single(won, static w => w);
            var after = await Table.ReadAllAsync(default);
            Assert.Equal(version.Version + 1, after.Version.Version);
            Assert.Equal(round + 1, after.Members.Count);
            Assert.NotNull(after.TryGet(Address(first + Array.IndexOf(won, true))));
        }
    }

    [KitFact]
    public async Task Of_updates_by_the_same_version_one_wins()
    {
        for (int writer = 0; writer < Writers; writer++)
            await InsertAsync(Silo(writer));
        for (int round = 0; round < 10; round++)
        {
            var read = await Table.ReadAllAsync(default);
            bool[] won = await TogetherAsync((table, writer) =>
            {
                var (entry, etag) = read.TryGet(Address(writer))!;
                entry.ProxyPort = round + 1;
                return table.UpdateRowAsync(entry, etag, read.Version.Next(), default);
            });

            Assert.Single(won, static w => w);
            var after = await Table.ReadAllAsync(default);
            Assert.Equal(read.Version.Version + 1, after.Version.Version);
            Assert.Equal(round + 1, after.TryGet(Address(Array.IndexOf(won, true)))!.Item1.ProxyPort);
            Assert.Single(after.Members, member => member.Item1.ProxyPort == round + 1);
        }
    }

    [KitFact]
    public async Task Silos_that_join_and_change_until_they_succeed_all_succeed_and_no_version_is_skipped()
    {
        const int Changes = 5;
        bool[] done = await TogetherAsync(async (table, writer) =>
        {
            var entry = Silo(writer);
            while (!await table.InsertRowAsync(entry, (await table.ReadAllAsync(default)).Version.Next(), default))
                await Task.Yield();
            for (int change = 1; change <= Changes; change++)
            {
                while (!await TryUpdateAsync(table, entry.SiloAddress, row => row.ProxyPort++))
                    await Task.Yield();
            }

            return true;
        });

        Assert.DoesNotContain(false, done);
        var table = await Table.ReadAllAsync(default);
        Assert.Equal(Writers * (Changes + 1), table.Version.Version);
        Assert.Equal(Writers, table.Members.Count);
        Assert.All(table.Members, static member => Assert.Equal(Changes, member.Item1.ProxyPort));
    }

    [KitFact]
    public async Task Signs_of_life_and_changes_at_the_same_time_lose_nothing_of_each_other()
    {
        const int Signs = 40;
        for (int writer = 0; writer < Writers; writer++)
            await InsertAsync(Silo(writer));
        int before = (await Table.ReadAllAsync(default)).Version.Version;
        int changes = 0;
        bool[] done = await TogetherAsync(async (table, writer) =>
        {
            var silo = Address(writer);

            // even writers tell that they live, odd ones vote about them
            if (writer % 2 == 0)
            {
                for (int sign = 1; sign <= Signs; sign++)
                    await table.UpdateIAmAliveAsync(new MembershipEntry { SiloAddress = silo, IAmAliveTime = s_start.AddSeconds(sign) }, default);
                return true;
            }

            for (int change = 1; change <= 5; change++)
            {
                while (!await TryUpdateAsync(table, Address(writer - 1), row => row.ProxyPort++))
                    await Task.Yield();
                Interlocked.Increment(ref changes);
            }

            return true;
        });

        Assert.DoesNotContain(false, done);
        var after = await Table.ReadAllAsync(default);
        Assert.Equal(before + changes, after.Version.Version);
        for (int writer = 0; writer < Writers; writer += 2)
        {
            var entry = after.TryGet(Address(writer))!.Item1;
            Assert.Equal(5, entry.ProxyPort);
            if (ChangesKeepSigns)
                Assert.Equal(s_start.AddSeconds(Signs), entry.IAmAliveTime);
            else
                Assert.InRange(entry.IAmAliveTime, s_start, s_start.AddSeconds(Signs));
        }
    }

    [KitFact]
    public async Task A_reader_never_sees_a_row_without_the_version_that_wrote_it()
    {
        var seen = new ConcurrentQueue<(int Version, int Port)>();
        await InsertAsync(Silo(1));
        int version = (await Table.ReadAllAsync(default)).Version.Version;
        bool writing = true;
        using var reading = new CountdownEvent(3);
        var readers = Enumerable.Range(0, 3).Select(reader => Task.Run(async () =>
        {
            var table = await OpenAsync();
            bool first = true;
            while (Volatile.Read(ref writing))
            {
                var read = reader == 0 ? await table.ReadRowAsync(Address(1), default) : await table.ReadAllAsync(default);
                seen.Enqueue((read.Version.Version, read.Members[0].Item1.ProxyPort));
                if (first)
                    reading.Signal();
                first = false;

                // a table in memory answers at once, and nobody else would have this thread
                await Task.Yield();
            }
        })).ToArray();
        await Task.Run(reading.Wait);
        for (int change = 1; change <= 50; change++)
            await UpdateAsync(Address(1), entry => entry.ProxyPort = change);
        Volatile.Write(ref writing, false);
        await Task.WhenAll(readers);

        Assert.All(seen, read => Assert.Equal(version + read.Port, read.Version));
    }

    /// <summary>Runs every writer over a table of its own, from the same moment on.</summary>
    private async Task<bool[]> TogetherAsync(Func<IMembershipTable, int, Task<bool>> write)
    {
        using var start = new Barrier(Writers);
        var tables = await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => OpenAsync()));
        return await Task.WhenAll(tables.Select((table, writer) => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return write(table, writer);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));
    }
}
