namespace Orleans;

/// <summary>Makes references to grains. A reference is cheap; the grain is activated by the first call.</summary>
public interface IGrainFactory
{
    /// <summary>The grain of this interface with this key.</summary>
    TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey;
}
