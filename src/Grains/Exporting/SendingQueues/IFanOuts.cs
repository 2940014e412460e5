namespace OrleansLb.Grains.Exporting.SendingQueues;

/// <summary>The routers of this process.</summary>
public interface IFanOuts
{
    /// <summary>The router of an exporter.</summary>
    /// <exception cref="KeyNotFoundException">No exporter has this component ID.</exception>
    IFanOut Get(string componentId);
}
