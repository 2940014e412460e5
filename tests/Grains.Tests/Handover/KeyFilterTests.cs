using OrleansLb.Grains.Handover;
using OrleansLb.Grains.Routing;
using OrleansLb.Otlp.Identity;

namespace OrleansLb.Grains.Tests.Handover;

public sealed class KeyFilterTests
{
    private const int WordsPerPosition = 4;
    private const int Capacity = Partitioning.Count * WordsPerPosition * 64 / KeyFilter.BitsPerKey;

    private readonly KeyFilter _filter = new(Partitioning.Count, WordsPerPosition);

    [Fact]
    public void It_never_forgets_a_key()
    {
        NoteKeys(0, 2 * Capacity);
        for (int i = 0; i < 2 * Capacity; i++)
            Assert.True(_filter.MayContain(PositionOf(i), HashOf(i)));
    }

    [Theory]
    [InlineData(0.5, 0.0012)]
    [InlineData(1.0, 0.006)]
    public void A_filter_that_is_not_full_seldom_takes_one_key_for_another(double filled, double atMost)
    {
        NoteKeys(0, (int)(filled * Capacity));
        const int Strangers = 400_000;
        int mistaken = Enumerable.Range(10_000_000, Strangers).Count(i => _filter.MayContain(PositionOf(i), HashOf(i)));
        Assert.InRange((double)mistaken / Strangers, 0, atMost);
    }

    [Fact]
    public void It_is_full_at_its_capacity_and_keys_that_come_again_do_not_count()
    {
        for (int round = 0; round < 5; round++)
            NoteKeys(0, Capacity * 8 / 10);
        Assert.False(_filter.IsFull);
        NoteKeys(Capacity * 8 / 10, Capacity * 4 / 10);
        Assert.True(_filter.IsFull);
    }

    private void NoteKeys(int first, int count)
    {
        for (int i = first; i < first + count; i++)
            _filter.Note(PositionOf(i), HashOf(i));
    }

    private static ulong HashOf(int key) => XxHash64.Hash(BitConverter.GetBytes(key));

    private static int PositionOf(int key) => Partitioning.OfHash(HashOf(key));
}
