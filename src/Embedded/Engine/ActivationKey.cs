namespace OrleansLb.Embedded.Engine;

/// <summary>Which grain, as the directory knows it: cheaper to make than a grain ID.</summary>
internal readonly record struct ActivationKey(GrainClass Class, string Key);
