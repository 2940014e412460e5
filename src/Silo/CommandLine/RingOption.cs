using System.CommandLine;
using OrleansLb.Grains.Options;
using OrleansLb.Silo.Explain;

namespace OrleansLb.Silo.CommandLine;

/// <summary>The option that chooses a ring by its name.</summary>
internal static class RingOption
{
    public static Option<string?> Create(string description, RingKind? defaultKind = null)
    {
        var option = new Option<string?>("--ring") { Description = description };
        if (defaultKind is { } kind)
            option.DefaultValueFactory = _ => kind.Name();
        return option.AcceptOnlyFromAmong([.. RingNames.Kinds.Select(static kind => kind.Name())]);
    }
}
