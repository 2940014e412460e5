using System.Runtime.CompilerServices;
using OrleansLb.Otlp.Memory;
using OrleansLb.Testing;
using Xunit.Abstractions;

namespace OrleansLb.Otlp.Tests.Memory;

public sealed class AccountedPayloadPoolTests
{
    private const int PerArray = Payload.FrameHeaderLength + AccountedPayloadPool.Overhead;

    private readonly ITestOutputHelper _output;
    private readonly DebugPayloadPool _inner = new(traceRents: true);
    private readonly MemoryBudget _budget = new(1 << 20);
    private readonly AccountedPayloadPool _pool;

    public AccountedPayloadPoolTests(ITestOutputHelper output)
    {
        _output = output;
        _pool = new AccountedPayloadPool(_inner, _budget);
    }

    [Fact]
    public void A_payload_is_on_the_account_until_its_last_owner_has_released_it()
    {
        var payload = _pool.Rent(1000).Seal(10);
        payload.Retain();
        payload.Release();
        Assert.Equal(1000 + PerArray, _budget.Used);

        payload.Release();
        Assert.Equal(0, _budget.Used);
        _inner.AssertClean();
    }

    [Fact]
    public void A_buffer_that_grows_is_charged_with_what_it_has_in_the_end()
    {
        using (var buffer = _pool.Rent(100))
        {
            buffer.Grow(2000, written: 50);
            Assert.Equal(2000 + PerArray, _budget.Used);
        }

        Assert.Equal(0, _budget.Used);
        _inner.AssertClean();
    }

    [Fact]
    public void What_can_be_refused_is_refused_when_the_limit_is_near_and_everything_else_is_not()
    {
        var refusable = new RefusablePayloadPool(_pool, _budget);
        using var most = refusable.TryRent(800_000);
        Assert.NotNull(most);

        Assert.Null(refusable.TryRent(200_000));
        Assert.False(most.TryGrow(1_000_000, 10));
        Assert.Equal(800_000 + PerArray, _budget.Used);
        Assert.Equal(800_000, most.Capacity);
        using var needed = _pool.Rent(2_000_000);
        Assert.Equal(2_800_000 + (2 * PerArray), _budget.Used);
    }

    [Fact]
    public void What_is_left_to_the_garbage_collector_is_on_the_account_until_that_has_taken_it()
    {
        var pool = new AccountedPayloadPool(PayloadPool.Shared, _budget);
        LeaveOne(pool);
        Assert.NotEqual(0, _budget.Used);

        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return _budget.Used == 0;
            },
            TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void Whatever_owners_do_with_their_payloads_everything_is_given_back_once()
    {
        int seed = TestSeed.Choose(_output.WriteLine);
        var refusable = new RefusablePayloadPool(_pool, _budget);
        Parallel.For(0, 8, worker =>
        {
            var random = new Random(seed + worker);
            var held = new List<Payload>();
            for (int i = 0; i < 2000; i++)
            {
                int length = random.Next(20_000);
                var buffer = random.Next(2) == 0 ? _pool.Rent(length) : refusable.TryRent(length);
                if (buffer is null)
                {
                    held.ForEach(static payload => payload.Release());
                    held.Clear();
                    continue;
                }

                if (random.Next(4) == 0)
                    buffer.TryGrow(2 * length, length);
                if (random.Next(5) == 0)
                {
                    buffer.Dispose();
                    continue;
                }

                var payload = buffer.Seal(length);
                held.Add(payload);
                for (int more = random.Next(3); more > 0; more--)
                    held.Add(payload.Retain());
                while (held.Count > 20)
                {
                    int index = random.Next(held.Count);
                    held[index].Release();
                    held.RemoveAt(index);
                }
            }

            held.ForEach(static payload => payload.Release());
        });

        Assert.Equal(0, _budget.Used);
        _inner.AssertClean();
    }

    // in a method of its own, so that nothing on the stack keeps the payload alive
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LeaveOne(PayloadPool pool)
    {
        var payload = pool.Rent(1000).Seal(10);
        payload.Retain();
        payload.Leave();
        payload.Release();
    }
}
