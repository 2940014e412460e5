using System.Runtime.InteropServices;
using System.Security.Cryptography;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;

namespace OrleansLb.Grains.Tests.Membership;

/// <summary>
/// Tables that must never change: processes of different versions route side by side. The digests (SHA-256 of the slots, 16 bits
/// each, little-endian) are those of the version that knew no weights.
/// </summary>
public sealed class PartitionGoldenTests
{
    [Theory]
    [InlineData(1, "c35020473aed1b4642cd726cad727b63")]
    [InlineData(3, "3d74960f37481b1f05b274b5e1e8af99")]
    [InlineData(10, "45c354aa63aba2e739e67f0f854c21d2")]
    [InlineData(100, "2189009d0ca34e83fd37131bfba385fd")]
    [InlineData(1000, "6cd725addeb42cc472869472ac36629f")]
    [InlineData(16384, "139bab194f43b3569309d8192131d6ce")]
    public void Backends_of_equal_weight_get_the_table_that_they_always_got(int backends, string digest) =>
        Assert.Equal(digest, Digest(MembershipState.Empty.Apply(Names(0, backends), RingKind.Partitions, ReplicaMode.Alone)));

    [Fact]
    public void Changes_among_backends_of_equal_weight_deal_as_they_always_did()
    {
        var state = MembershipState.Empty;
        var digests = new List<string>();
        foreach (var (from, count) in new[] { (0, 7), (2, 7), (2, 4), (0, 12), (5, 30) })
        {
            state = state.Apply(Names(from, count), RingKind.Partitions, ReplicaMode.Alone);
            digests.Add(Digest(state)[..16]);
        }

        Assert.Equal(["e0b7f2b9367416f4", "e0b7f2b9367416f4", "9e10612ee58e2e57", "50a63bf0aa6b083a", "8b014b4063a8bbab"], digests);
    }

    private static IEnumerable<Backend> Names(int from, int count) => Enumerable.Range(from, count).Select(static i => new Backend($"backend-{i}:4317"));

    private static string Digest(MembershipState state) =>
        Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(state.Partitions.AsSpan())))[..32];
}
