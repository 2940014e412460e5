namespace OrleansLb.Ingress.Receivers;

/// <summary>Bounds that hold whatever the configuration says.</summary>
internal static class ReceiverLimits
{
    /// <summary>The largest body that fits one buffer, with room for a frame header and what a decoder adds.</summary>
    public const long LargestBody = int.MaxValue - 1024;
}
