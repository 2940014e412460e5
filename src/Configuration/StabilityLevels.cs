namespace OrleansLb.Configuration;

/// <summary>The names of stability levels on the command line and in messages.</summary>
public static class StabilityLevels
{
    /// <summary>The name of a level.</summary>
    public static string Display(this StabilityLevel level) => level switch
    {
        StabilityLevel.Experimental => "experimental",
        StabilityLevel.PublicPreview => "public-preview",
        _ => "generally-available",
    };

    /// <summary>The level of a name; false when there is none.</summary>
    public static bool TryParse(string name, out StabilityLevel level)
    {
        foreach (var candidate in Enum.GetValues<StabilityLevel>())
        {
            if (candidate.Display() == name)
            {
                level = candidate;
                return true;
            }
        }

        level = default;
        return false;
    }
}
