namespace OrleansLb.Configuration;

/// <summary>What a configuration says about the process as a whole: the block <c>orleanslb</c>.</summary>
public sealed record ProcessOptions
{
    /// <summary>How much memory it may use; null: the default.</summary>
    public MemoryLimit? MemoryLimit { get; init; }

    /// <summary>Whether the admin listener shows Orleans' dashboard.</summary>
    public bool Dashboard { get; init; }

    /// <summary>Who may see it; null: whoever reaches the admin listener.</summary>
    public DashboardLogin? DashboardLogin { get; init; }
}
