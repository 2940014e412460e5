namespace OrleansLb.Storage.Tests.Kit;

/// <summary>A record that goes through the store's serializer.</summary>
[GenerateSerializer]
internal sealed class KitState
{
    [Id(0)]
    public string Text { get; set; } = "";

    [Id(1)]
    public long Number { get; set; }

    [Id(2)]
    public Dictionary<string, int> Counts { get; set; } = [];
}
