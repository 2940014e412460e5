namespace OrleansLb.Clustering.Settings;

/// <summary>A text that no log and no message may show, such as a connection string with its password.</summary>
public readonly record struct Secret(string Value)
{
    /// <summary>Says that there is one, and not which.</summary>
    public override string ToString() => "(secret)";
}
