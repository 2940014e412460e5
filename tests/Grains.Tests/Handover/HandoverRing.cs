using OrleansLb.Grains.Handover;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Handover;

/// <summary>A ring whose backends the test changes, and the hand-over of one router that follows it.</summary>
internal sealed class HandoverRing
{
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    private readonly RingKind _ring;
    private readonly TimeSpan _replacementWindow;
    private readonly ReplicaMode _replicas;

    public HandoverRing(
        RingKind ring = RingKind.Partitions, TimeSpan replacementWindow = default, ReplicaMode replicas = ReplicaMode.Alone, params Backend[] backends)
    {
        (_ring, _replacementWindow, _replicas) = (ring, replacementWindow, replicas);
        Handover = new KeyHandover(Window, MembershipOptions.LeastHandoverMemory, Time);
        Table = Change(backends);
    }

    public FakeTime Time { get; } = new();

    public KeyHandover Handover { get; }

    public RoutingTable Table { get; private set; }

    private MembershipState State { get; set; } = MembershipState.Empty;

    public static HandoverRing Of(params string[] backends) => new(backends: [.. backends.Select(static name => new Backend(name))]);

    public static byte[] Key(int number)
    {
        var key = new byte[16];
        new Random(number).NextBytes(key);
        return key;
    }

    public RoutingTable Change(params string[] backends) => Change([.. backends.Select(static name => new Backend(name))]);

    public RoutingTable Change(params Backend[] backends)
    {
        State = State.Apply(backends, _ring, _replicas, Time.GetUtcNow(), _replacementWindow);
        return Table = RoutingTable.From(State.ToSnapshot(), _ring);
    }

    /// <summary>The slot that a request of now sends the key to.</summary>
    public int Route(int key) => Handover.RouterFor(Table).SlotOf(Key(key));

    public int[] Route(IEnumerable<int> keys) => [.. keys.Select(Route)];

    /// <summary>The slot of the key by the newest table alone.</summary>
    public int OwnerOf(int key) => Table.SlotOf(Key(key));

    public int[] OwnersOf(IEnumerable<int> keys) => [.. keys.Select(OwnerOf)];

    /// <summary>The keys of a range that belong to another slot by the newest table than by this one.</summary>
    public int[] MovedSince(RoutingTable former, int first = 0, int count = 1000) =>
        [.. Enumerable.Range(first, count).Where(key => former.SlotOf(Key(key)) != OwnerOf(key))];
}
