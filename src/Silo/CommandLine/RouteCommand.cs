using System.CommandLine;
using System.CommandLine.Parsing;
using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Otlp;
using OrleansLb.Silo.Explain;

namespace OrleansLb.Silo.CommandLine;

/// <summary>The command line of <c>orleanslb route</c>.</summary>
internal sealed class RouteCommand
{
    private readonly Option<string?> _config = new("--config") { Description = "Alloy configuration file: ask its load balancer", HelpName = "FILE" };
    private readonly Option<string?> _exporter = new("--exporter") { Description = "Label or component ID of the load balancer, if the configuration has several", HelpName = "LABEL" };
    private readonly Option<string?> _hostsFile = new("--dns.hosts-file") { Description = "Hosts file that answers a dns resolver in place of the system's name service", HelpName = "FILE" };
    private readonly Option<string[]> _endpoints = EndpointsOption.Create("--endpoints", "The backends, in place of a configuration");
    private readonly Option<string?> _ring = RingOption.Create("The ring of --endpoints", RingKind.Partitions);
    private readonly Option<string?> _identifiers = new Option<string?>("--identifiers") { Description = "Which bytes the keys of --endpoints yield [default: those of the ring]" }
        .AcceptOnlyFromAmong([.. IdentifierNames.All]);
    private readonly Option<string> _signalName = new Option<string>("--signal") { Description = "What is exported", DefaultValueFactory = _ => "traces" }
        .AcceptOnlyFromAmong("traces", "logs", "metrics");
    private readonly Option<string?> _traceId = new("--trace-id") { Description = "Where the items of a trace go", HelpName = "HEX" };
    private readonly Option<string?> _service = new("--service") { Description = "Where the items of a service go", HelpName = "NAME" };
    private readonly Option<string?> _key = new("--key") { Description = "Where a routing identifier goes: its bytes, as text", HelpName = "TEXT" };
    private readonly Option<bool> _stdin = new("--stdin") { Description = "Read lines \"trace-id HEX\", \"service NAME\" or \"key TEXT\" and print each with its backend" };
    private readonly Option<bool> _json = new("--json") { Description = "Print JSON, one object a line" };

    public static Command Create() => new RouteCommand().Build();

    private Command Build()
    {
        var command = new Command("route", "Print the backend that a key goes to, and why")
        {
            _config, _exporter, _hostsFile, _endpoints, _ring, _identifiers, _signalName, _traceId, _service, _key, _stdin, _json,
        };
        command.Validators.Add(Check);
        command.SetAction((arguments, cancellationToken) => RouteRole.RunAsync(
            OptionsOf(arguments),
            Console.In,
            arguments.InvocationConfiguration.Output,
            arguments.InvocationConfiguration.Error,
            cancellationToken));
        return command;
    }

    private void Check(CommandResult result)
    {
        bool config = IsGiven(result, _config), endpoints = IsGiven(result, _endpoints);
        if (config == endpoints)
            result.AddError("either --config or --endpoints must be given");
        if (!config && (IsGiven(result, _exporter) || IsGiven(result, _hostsFile)))
            result.AddError("--exporter and --dns.hosts-file go with --config");
        if (!endpoints && (IsGiven(result, _ring) || IsGiven(result, _identifiers)))
            result.AddError("--ring and --identifiers go with --endpoints: a configuration says its own");
        if (EndpointsOption.Read(result.GetValue(_endpoints)) is { } backends && IsGiven(result, _ring) && result.GetValue(_ring) != RingKind.Partitions.Name())
        {
            foreach (var weighted in backends.Where(static backend => backend.Weight != Backend.OrdinaryWeight))
                result.AddError($"{weighted}: only the ring partitions knows weights");
        }

        if (new Option[] { _traceId, _service, _key, _stdin }.Count(option => IsGiven(result, option)) != 1)
            result.AddError("exactly one of --trace-id, --service, --key and --stdin must be given");
    }

    private static bool IsGiven(CommandResult result, Option option) => result.GetResult(option) is { Implicit: false };

    private RouteOptions OptionsOf(ParseResult arguments) => new()
    {
        ConfigurationPath = arguments.GetValue(_config),
        Exporter = arguments.GetValue(_exporter),
        HostsFile = arguments.GetValue(_hostsFile),
        Endpoints = EndpointsOption.Read(arguments.GetValue(_endpoints))!,
        Ring = RingNames.Parse(arguments.GetRequiredValue(_ring)!),
        Identifiers = IdentifierNames.Parse(arguments.GetValue(_identifiers)),
        Signal = Enum.Parse<Signal>(arguments.GetRequiredValue(_signalName), ignoreCase: true),
        Question = Question(arguments),
        Json = arguments.GetValue(_json),
    };

    private RouteQuestion? Question(ParseResult arguments) =>
        arguments.GetValue(_traceId) is { } traceId ? new RouteQuestion(KeyQuery.TraceId, traceId)
        : arguments.GetValue(_service) is { } service ? new RouteQuestion(KeyQuery.Service, service)
        : arguments.GetValue(_key) is { } key ? new RouteQuestion(KeyQuery.Identifier, key)
        : null;
}
