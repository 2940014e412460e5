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

    /// <summary>
    /// Takes the option several times, and then the last value, as Alloy does: whoever adds arguments to those of a chart overrides them so. To be called before
    /// <see cref="Checked"/>.
    /// </summary>
    public static Option<T> LastCounts<T>(this Option<T> option)
        where T : class?
    {
        option.Arity = ArgumentArity.OneOrMore;
        option.CustomParser = static result => (T)(object)result.Tokens[^1].Value;
        return option;
    }
}
