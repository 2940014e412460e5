using Xunit;

namespace OrleansLb.Testing;

/// <summary>A theory that says that it skips where the acceptance files are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AcceptanceTheoryAttribute : TheoryAttribute
{
    /// <summary>Looks for the files.</summary>
    public AcceptanceTheoryAttribute()
    {
        if (AcceptanceFiles.Folder is null)
            Skip = "the acceptance files (../shared/acceptance) are not on this machine";
    }
}
