namespace OrleansLb.Configuration;

/// <summary>How far Alloy trusts a component; <c>--stability.level</c> names the least that a configuration may use.</summary>
public enum StabilityLevel : byte
{
    /// <summary><c>experimental</c></summary>
    Experimental = 0,

    /// <summary><c>public-preview</c></summary>
    PublicPreview = 1,

    /// <summary><c>generally-available</c></summary>
    GenerallyAvailable = 2,
}
