using System.CommandLine;

namespace OrleansLb.Silo.CommandLine;

/// <summary>Checks on the values of options.</summary>
internal static class OptionChecks
{
    /// <summary>Lets <paramref name="fault"/> look at the value; what it answers is the error, null means none.</summary>
    public static Option<T> Checked<T>(this Option<T> option, Func<T, string?> fault)
    {
        option.Validators.Add(result =>
        {
            // A value that could not even be read has its own error already.
            if (!result.Errors.Any() && fault(result.GetValueOrDefault<T>()!) is { } message)
                result.AddError(message);
        });
        return option;
    }
}
