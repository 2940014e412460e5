using OrleansLb.Clustering.Settings;

namespace OrleansLb.Configuration;

/// <summary>The block <c>orleanslb.cluster</c> of a configuration.</summary>
/// <param name="Settings">What it says, defaults filled in.</param>
/// <param name="Place">Where it stands, as <c>file:line:column</c>: for faults that show only when flags are known.</param>
public sealed record ClusterDeclaration(ClusterSettings Settings, string Place);
