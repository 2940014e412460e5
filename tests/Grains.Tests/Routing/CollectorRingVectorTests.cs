using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Routing;

namespace OrleansLb.Grains.Tests.Routing;

/// <summary>The ring of 36,000 positions against recorded placements of the Collector itself.</summary>
public sealed class CollectorRingVectorTests
{
    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private static readonly Vectors Recorded = Load();

    public static TheoryData<string> Cases => new(Recorded.Cases.Select(static c => c.Name));

    [Fact]
    public void All_recorded_cases_are_here() => Assert.Equal(26, Recorded.Cases.Count);

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_points_of_the_ring_are_the_Collectors(string name)
    {
        var recorded = Find(name);
        var points = CollectorRing.Build(recorded.Endpoints, CollectorRingParameters.Legacy);

        var text = new StringBuilder();
        foreach (var point in points)
            text.Append(CultureInfo.InvariantCulture, $"{point.Position}:{recorded.Endpoints[point.Endpoint]}\n");
        Assert.Equal(recorded.PointCount, points.Length);
        Assert.Equal(recorded.Points, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_trace_and_service_has_the_Collectors_owner(string name)
    {
        var recorded = Find(name);
        // seats in the order of the configuration: the ring must not depend on it
        var table = RoutingTable.From(RingSnapshots.Of(recorded.Configured), RingKind.Collector36000);

        for (int i = 0; i < Recorded.TraceIds.Count; i++)
            AssertOwner(recorded, recorded.TraceIds[i], table, Convert.FromHexString(Recorded.TraceIds[i]));
        for (int i = 0; i < Recorded.Services.Count; i++)
        {
            AssertOwner(recorded, recorded.ServicesRaw[i], table, Encoding.UTF8.GetBytes(Recorded.Services[i]));
            AssertOwner(recorded, recorded.ServicesAsTracesKey[i], table, Encoding.UTF8.GetBytes($"service.name={Recorded.Services[i]}|"));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Endpoints_are_hashed_in_the_order_of_their_bytes(string name)
    {
        var recorded = Find(name);
        Assert.Equal(recorded.Endpoints, recorded.Configured.Order(BackendOrder.Instance));
    }

    private static void AssertOwner(Case recorded, char expected, RoutingTable table, byte[] identifier) =>
        Assert.Equal(recorded.Endpoints[Digits.IndexOf(expected, StringComparison.Ordinal)], table.BackendOf(table.SlotOf(identifier)));

    private static Case Find(string name) => Recorded.Cases.Single(c => c.Name == name);

    private static Vectors Load()
    {
        using var stream = typeof(CollectorRingVectorTests).Assembly.GetManifestResourceStream("collector-ring-36000.json")!;
        return JsonSerializer.Deserialize<Vectors>(stream, JsonSerializerOptions.Web)!;
    }

    private sealed record Vectors(IReadOnlyList<string> TraceIds, IReadOnlyList<string> Services, IReadOnlyList<Case> Cases);

    private sealed record Case(
        string Name,
        IReadOnlyList<string> Configured,
        IReadOnlyList<string> Endpoints,
        int PointCount,
        string Points,
        string TraceIds,
        string ServicesRaw,
        string ServicesAsTracesKey);
}
