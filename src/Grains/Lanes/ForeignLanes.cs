namespace OrleansLb.Grains.Lanes;

/// <summary>Lanes whose silo is not there: their grains live on other silos meanwhile.</summary>
internal static class ForeignLanes
{
    /// <summary>How often such a grain looks whether its lane's silo is there, and whether it is needed.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
}
