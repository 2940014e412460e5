namespace OrleansLb.Configuration.Tests;

/// <summary>A theory that says that it skips where the acceptance files are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AcceptanceTheoryAttribute : TheoryAttribute
{
    public AcceptanceTheoryAttribute()
    {
        if (AcceptanceFiles.Folder is null)
            Skip = "the acceptance files (../shared/acceptance) are not on this machine";
    }
}
