using OrleansLb.Otlp.Memory;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Otlp.Tests.Memory;

public sealed class BoundedPayloadPoolTests : IDisposable
{
    private readonly ITestOutputHelper _output;
    private readonly FakeTime _time = new();
    private readonly MemoryBudget _budget = new(8 << 20);
    private readonly BoundedPayloadPool _pool;

    public BoundedPayloadPoolTests(ITestOutputHelper output)
    {
        _output = output;
        _pool = new BoundedPayloadPool(_budget, _time);
    }

    private long Idle => _budget.UsedFor(MemoryKind.IdlePayload);

    public void Dispose()
    {
        _pool.Dispose();
        Assert.Equal(0, Idle);
    }

    [Fact]
    public void No_array_is_more_than_a_quarter_longer_than_needed()
    {
        int[] lengths = [0, 1, 256, 257, 320, 321, 1024, 1025, 65_536, 65_537, 310_000, (1 << 20) + 1, 1 << 30];
        foreach (int length in lengths)
        {
            int index = SizeClasses.IndexOf(length);
            Assert.InRange(SizeClasses.LengthOf(index), length, Math.Max(256, length + (length / 4)));
        }

        for (int index = 0; index < SizeClasses.Count; index++)
            Assert.Equal(index, SizeClasses.IndexOf(SizeClasses.LengthOf(index)));
        Assert.Equal(SizeClasses.Largest, SizeClasses.LengthOf(SizeClasses.Count - 1));
        Assert.True(SizeClasses.IndexOf(SizeClasses.Largest + 1) >= SizeClasses.Count);
    }

    [Fact]
    public void The_last_array_returned_is_the_next_one_rented()
    {
        byte[] first = _pool.RentArray(1000);
        byte[] second = _pool.RentArray(1000);
        _pool.ReturnArray(first);
        _pool.ReturnArray(second);

        Assert.Same(second, _pool.RentArray(900));
        Assert.Same(first, _pool.RentArray(1024));
        Assert.Equal(0, Idle);
    }

    [Fact]
    public void What_is_kept_stays_within_its_eighth_of_the_budget()
    {
        byte[][] arrays = [.. Enumerable.Range(0, 20).Select(_ => _pool.RentArray(100_000))];
        foreach (byte[] array in arrays)
            _pool.ReturnArray(array);

        Assert.InRange(Idle, 900_000, 1 << 20);
    }

    [Fact]
    public void When_requests_change_their_length_arrays_of_the_former_length_make_room()
    {
        byte[][] former = [.. Enumerable.Range(0, 9).Select(_ => _pool.RentArray(100_000))];
        byte[][] latter = [.. Enumerable.Range(0, 9).Select(_ => _pool.RentArray(50_000))];
        foreach (byte[] array in former)
            _pool.ReturnArray(array);
        foreach (byte[] array in latter)
            _pool.ReturnArray(array);

        byte[][] again = [.. Enumerable.Range(0, 9).Select(_ => _pool.RentArray(50_000))];
        Assert.Equal(latter.Reverse(), again);
    }

    [Fact]
    public void What_nobody_needed_for_a_while_is_let_go()
    {
        byte[] busy = _pool.RentArray(1000);
        byte[] spare = _pool.RentArray(1000);
        _pool.ReturnArray(spare);
        _pool.ReturnArray(busy);

        // within the first period they came back, so each was needed
        _time.Advance(BoundedPayloadPool.TrimPeriod);
        Assert.Equal(2 * 1024, Idle);
        _pool.ReturnArray(_pool.RentArray(1000));
        _time.Advance(BoundedPayloadPool.TrimPeriod);
        Assert.Equal(1024, Idle);
        _time.Advance(BoundedPayloadPool.TrimPeriod);
        Assert.Equal(0, Idle);
    }

    [Fact]
    public void An_array_that_is_too_long_to_be_kept_is_not()
    {
        byte[] long1 = _pool.RentArray(3 << 20);
        _pool.ReturnArray(long1);

        Assert.Equal(0, Idle);
        Assert.NotSame(long1, _pool.RentArray(3 << 20));
    }

    [Fact]
    public void Under_any_use_by_many_what_is_kept_is_what_is_on_the_account()
    {
        int seed = TestSeed.Choose(_output.WriteLine);
        Parallel.For(0, 8, worker =>
        {
            var random = new Random(seed + worker);
            var held = new Queue<byte[]>();
            for (int i = 0; i < 5000; i++)
            {
                int length = 1 << random.Next(18);
                byte[] array = _pool.RentArray(length);
                Assert.True(array.Length >= length);
                array[0] = (byte)worker;
                held.Enqueue(array);
                while (held.Count > random.Next(10))
                {
                    byte[] oldest = held.Dequeue();
                    Assert.Equal((byte)worker, oldest[0]);
                    _pool.ReturnArray(oldest);
                }

                Assert.InRange(Idle, 0, 2 << 20);
            }

            while (held.TryDequeue(out byte[]? array))
                _pool.ReturnArray(array);
        });

        Assert.InRange(Idle, 1, 1 << 20);
        _time.Advance(BoundedPayloadPool.TrimPeriod);
        _time.Advance(BoundedPayloadPool.TrimPeriod);
        Assert.Equal(0, Idle);
    }
}
