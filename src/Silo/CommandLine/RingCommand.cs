using System.CommandLine;
using System.CommandLine.Parsing;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Silo.Explain;

namespace OrleansLb.Silo.CommandLine;

/// <summary>The command line of <c>orleanslb ring</c>.</summary>
internal static class RingCommand
{
    private const string Several = "several";
    private const string Alone = "alone";
    private const int MostKeys = 100_000_000;

    public static Command Create()
    {
        var endpoints = EndpointsOption.Create("--endpoints", "The backends");
        endpoints.Required = true;
        var remove = EndpointsOption.Create("--remove", "Backends that leave; one that is added again changes its weight");
        var add = EndpointsOption.Create("--add", "Backends that join");
        var ring = RingOption.Create("Only this ring; when it is not given, all rings side by side");
        var replicas = new Option<string>("--replicas") { Description = "With alone, a joiner takes a leaver's seat, as with replicas = \"alone\" in a configuration", DefaultValueFactory = _ => Several }
            .AcceptOnlyFromAmong(Several, Alone);
        var keys = new Option<int>("--keys") { Description = "How many random trace IDs to place", HelpName = "N", DefaultValueFactory = _ => 100_000 }
            .Checked(static count => count is >= 1 and <= MostKeys ? null : $"--keys must be from 1 to {MostKeys}, not {count}");
        var seed = new Option<uint>("--seed") { Description = "Which random trace IDs", HelpName = "N", DefaultValueFactory = _ => 1 };
        var json = new Option<bool>("--json") { Description = "Print JSON" };

        var command = new Command("ring", "Compare the rings: shares, spread, and how many keys a change of the backends moves")
        {
            endpoints, remove, add, ring, replicas, keys, seed, json,
        };
        command.Validators.Add(result =>
        {
            // the options themselves say what is missing or malformed
            if (Read(result, endpoints) is { Length: > 0 } before && Read(result, remove) is { } leaving && Read(result, add) is { } joining)
                Check(result, before, leaving, joining, result.GetValue(ring));
        });
        command.SetAction(arguments => RingRole.Run(
            new RingOptions
            {
                Endpoints = EndpointsOption.Read(arguments.GetRequiredValue(endpoints))!,
                Remove = arguments.GetValue(remove) ?? [],
                Add = EndpointsOption.Read(arguments.GetValue(add))!,
                Rings = arguments.GetValue(ring) is { } name ? [RingNames.Parse(name)] : RingNames.Kinds,
                Replicas = arguments.GetValue(replicas) == Alone ? ReplicaMode.Alone : ReplicaMode.Several,
                Keys = arguments.GetRequiredValue(keys),
                Seed = arguments.GetRequiredValue(seed),
                Json = arguments.GetValue(json),
            },
            arguments.InvocationConfiguration.Output));
        return command;
    }

    private static void Check(CommandResult result, Backend[] endpoints, Backend[] remove, Backend[] add, string? ring)
    {
        var removed = remove.Select(static backend => backend.Endpoint).ToArray();
        foreach (string twice in Twice(endpoints.Select(static backend => backend.Endpoint)))
            result.AddError($"{twice} is listed twice");
        foreach (string twice in Twice(endpoints.Select(static backend => backend.Endpoint).Except(removed).Concat(add.Select(static backend => backend.Endpoint))))
            result.AddError($"{twice} is listed twice");
        foreach (string twice in Twice(removed))
            result.AddError($"--remove {twice}: listed twice");
        foreach (string stranger in removed.Except(endpoints.Select(static backend => backend.Endpoint)))
            result.AddError($"--remove {stranger}: not among --endpoints");
        foreach (var weighted in remove.Where(static backend => backend.Weight != Backend.OrdinaryWeight))
            result.AddError($"--remove {weighted}: who leaves needs no weight");
        if (ring is not null && ring != RingKind.Partitions.Name())
        {
            foreach (var weighted in endpoints.Concat(add).Where(static backend => backend.Weight != Backend.OrdinaryWeight))
                result.AddError($"{weighted}: only the ring partitions knows weights");
        }

        Backend[] after = [.. endpoints.ExceptBy(removed, static backend => backend.Endpoint), .. add];
        if (after.Length == 0)
            result.AddError("nobody is left on the ring");
        if (endpoints.Length + add.Length > RingRole.MostBackends)
            result.AddError($"{endpoints.Length + add.Length} backends are more than the {RingRole.MostBackends} that every ring can hold");
        else if ((MembershipState.Fault(endpoints, RingKind.Partitions) ?? MembershipState.Fault(after, RingKind.Partitions)) is { } fault)
            result.AddError(fault);
    }

    private static Backend[]? Read(CommandResult result, Option<string[]> option) => EndpointsOption.Read(result.GetValue(option));

    private static IEnumerable<string> Twice(IEnumerable<string> endpoints) =>
        endpoints.GroupBy(static endpoint => endpoint).Where(static same => same.Count() > 1).Select(static same => same.Key);
}
