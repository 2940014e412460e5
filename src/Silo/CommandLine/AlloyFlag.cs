using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using OrleansLb.Configuration.Evaluation;

namespace OrleansLb.Silo.CommandLine;

/// <summary>What a flag's value looks like.</summary>
internal enum FlagValue : byte
{
    Text = 0,
    Switch = 1,
    Number = 2,
    Duration = 3,
}

/// <summary>
/// A flag of <c>alloy run</c> that changes nothing here. It is accepted, because charts and operators pass their flags to whatever image
/// they are given, and the log says that it has no effect.
/// </summary>
/// <param name="Name">With its dashes.</param>
/// <param name="Value">What Alloy takes.</param>
/// <param name="Reason">Why it has no effect.</param>
/// <param name="AsksForMore">Whether the one who gives it expects something that does not happen.</param>
internal sealed record AlloyFlag(string Name, FlagValue Value, string Reason, bool AsksForMore = false)
{
    private const string NoInterface = "there is no user interface";
    private const string NoProfiler = "there are no pages of this kind";
    private const string NoConversion = "nothing is converted: the configuration is read as it is";
    private const string NoCluster = "members of Alloy's kind are not spoken to: a cluster has a store by which its silos find each other, see --cluster.clustering";
    private const string OtherComponents = "there are no such components";

    // the flags of Alloy 1.19 for `run`, but for those that RunCommand knows what to do with
    public static ImmutableArray<AlloyFlag> All { get; } =
    [
        new("--server.http.memory-addr", FlagValue.Text, "the program does not call itself"),
        new("--server.http.ui-path-prefix", FlagValue.Text, NoInterface),
        new("--server.http.enable-pprof", FlagValue.Switch, NoProfiler),
        new("--server.http.disable-support-bundle", FlagValue.Switch, "there is no support bundle"),
        new("--server.http.enable-graphql", FlagValue.Switch, NoProfiler),
        new("--server.http.enable-graphql-playground", FlagValue.Switch, NoProfiler),
        new("--disable-reporting", FlagValue.Switch, "nothing is ever reported"),
        new("--config.bypass-conversion-errors", FlagValue.Switch, NoConversion),
        new("--config.extra-args", FlagValue.Text, NoConversion),
        new("--cluster.enabled", FlagValue.Switch, NoCluster, AsksForMore: true),
        new("--cluster.node-name", FlagValue.Text, NoCluster),
        new("--cluster.advertise-address", FlagValue.Text, NoCluster),
        new("--cluster.advertise-interfaces", FlagValue.Text, NoCluster),
        new("--cluster.join-addresses", FlagValue.Text, NoCluster),
        new("--cluster.discover-peers", FlagValue.Text, NoCluster),
        new("--cluster.rejoin-interval", FlagValue.Duration, NoCluster),
        new("--cluster.max-join-peers", FlagValue.Number, NoCluster),
        new("--cluster.name", FlagValue.Text, NoCluster),
        new("--cluster.enable-tls", FlagValue.Switch, NoCluster),
        new("--cluster.tls-ca-path", FlagValue.Text, NoCluster),
        new("--cluster.tls-cert-path", FlagValue.Text, NoCluster),
        new("--cluster.tls-key-path", FlagValue.Text, NoCluster),
        new("--cluster.tls-server-name", FlagValue.Text, NoCluster),
        new("--cluster.wait-for-size", FlagValue.Number, NoCluster),
        new("--cluster.wait-timeout", FlagValue.Duration, NoCluster),
        new("--cluster.use-discovery-v1", FlagValue.Switch, NoCluster),
        new("--feature.community-components.enabled", FlagValue.Switch, OtherComponents),
        new("--feature.prometheus.direct-fanout.enabled", FlagValue.Switch, OtherComponents),
        new("--feature.prometheus.metric-validation-scheme", FlagValue.Text, OtherComponents),
        new("--feature.component-shutdown-deadline", FlagValue.Duration, "--shutdown-timeout limits the shutdown"),
        new("--windows.priority", FlagValue.Text, "the priority of the process is left as it is"),
    ];

    /// <summary>
    /// The arguments as the parser understands them in Go's sense: a bare switch never takes the next argument for its value, and <c>--flag=</c>, which charts
    /// write where a value is not set, has an empty one.
    /// </summary>
    public static IReadOnlyList<string> WriteOut(IReadOnlyList<string> arguments) => [.. arguments.SelectMany(static argument =>
    {
        if (argument.StartsWith("--", StringComparison.Ordinal) && argument.IndexOf('=', StringComparison.Ordinal) == argument.Length - 1)
            return new[] { argument[..^1], "" };
        return [All.Any(flag => flag.Value == FlagValue.Switch && flag.Name == argument) ? argument + "=true" : argument];
    })];

    /// <summary>The option that takes the flag, kept out of the help.</summary>
    public Option<string?> CreateOption()
    {
        var option = new Option<string?>(Name) { Hidden = true };
        return option.LastCounts().Checked(Fault);
    }

    /// <summary>Whether the flag, with this value, asks for anything: to switch off what there is not anyway does not, nor does nothing.</summary>
    public bool Asks(string? value) => !string.IsNullOrEmpty(value) && !(Value == FlagValue.Switch && SwitchValue(value) == false);

    private string? Fault(string? text) => Value switch
    {
        _ when text is null => null,
        FlagValue.Switch when SwitchValue(text) is null => $"invalid value \"{text}\" for {Name}: expected true or false",
        FlagValue.Number when !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => $"invalid value \"{text}\" for {Name}: expected a number",
        FlagValue.Duration when !Durations.TryParse(text, out _, out string? error) => $"invalid value for {Name}: {error}",
        _ => null,
    };

    // the words of Go's strconv.ParseBool
    private static bool? SwitchValue(string text) => text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => null,
    };
}
