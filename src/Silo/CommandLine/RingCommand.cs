using System.CommandLine;
using System.CommandLine.Parsing;
using OrleansLb.Silo.Explain;

namespace OrleansLb.Silo.CommandLine;

/// <summary>The command line of <c>orleanslb ring</c>.</summary>
internal static class RingCommand
{
    private const int MostKeys = 100_000_000;

    public static Command Create()
    {
        var endpoints = EndpointsOption.Create("--endpoints", "The backends");
        endpoints.Required = true;
        var remove = EndpointsOption.Create("--remove", "Backends that leave");
        var add = EndpointsOption.Create("--add", "Backends that join");
        var ring = RingOption.Create("Only this ring; when it is not given, all rings side by side");
        var keys = new Option<int>("--keys") { Description = "How many random trace IDs to place", HelpName = "N", DefaultValueFactory = _ => 100_000 }
            .Checked(static count => count is >= 1 and <= MostKeys ? null : $"--keys must be from 1 to {MostKeys}, not {count}");
        var seed = new Option<uint>("--seed") { Description = "Which random trace IDs", HelpName = "N", DefaultValueFactory = _ => 1 };
        var json = new Option<bool>("--json") { Description = "Print JSON" };

        var command = new Command("ring", "Compare the rings: shares, spread, and how many keys a change of the backends moves")
        {
            endpoints, remove, add, ring, keys, seed, json,
        };
        command.Validators.Add(result => Check(
            result, result.GetValue(endpoints) ?? [], result.GetValue(remove) ?? [], result.GetValue(add) ?? []));
        command.SetAction(arguments => RingRole.Run(
            new RingOptions
            {
                Endpoints = arguments.GetRequiredValue(endpoints),
                Remove = arguments.GetValue(remove) ?? [],
                Add = arguments.GetValue(add) ?? [],
                Rings = arguments.GetValue(ring) is { } name ? [RingNames.Parse(name)] : RingNames.Kinds,
                Keys = arguments.GetRequiredValue(keys),
                Seed = arguments.GetRequiredValue(seed),
                Json = arguments.GetValue(json),
            },
            arguments.InvocationConfiguration.Output));
        return command;
    }

    private static void Check(CommandResult result, string[] endpoints, string[] remove, string[] add)
    {
        // the options themselves say what is missing or empty
        if (endpoints.Length == 0 || EndpointsOption.HasEmptyEntry([.. endpoints, .. remove, .. add]))
            return;

        var all = new HashSet<string>(StringComparer.Ordinal);
        foreach (string twice in endpoints.Concat(add).Where(endpoint => !all.Add(endpoint)))
            result.AddError($"{twice} is listed twice");
        foreach (string twice in remove.GroupBy(static endpoint => endpoint).Where(static group => group.Count() > 1).Select(static group => group.Key))
            result.AddError($"--remove {twice}: listed twice");
        foreach (string stranger in remove.Except(endpoints, StringComparer.Ordinal))
            result.AddError($"--remove {stranger}: not among --endpoints");
        if (endpoints.Except(remove, StringComparer.Ordinal).Count() + add.Length == 0)
            result.AddError("nobody is left on the ring");
        if (all.Count > RingRole.MostBackends)
            result.AddError($"{all.Count} backends are more than the {RingRole.MostBackends} that every ring can hold");
    }
}
