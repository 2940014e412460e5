using System.CommandLine;
using OrleansLb.Clustering.Settings;

namespace OrleansLb.Silo.CommandLine;

/// <summary>The options that take <see cref="ClusterFlags"/> from a command line.</summary>
internal sealed class ClusterFlagOptions
{
    private readonly Option<string?> _clustering = Text("--cluster.clustering", "NAME", "By which store silos find each other: redis, postgres, file or none")
        .Checked(static name => name is null ? null : ClusterSettingsCheck.ClusteringFault(name));

    private readonly Option<string?> _clusterId = Text("--cluster.cluster-id", "ID", "Silos with the same ID in the same store are one cluster");
    private readonly Option<string?> _serviceId = Text("--cluster.service-id", "ID", "What stored state belongs to");
    private readonly Option<string?> _siloName = Text("--cluster.silo-name", "NAME", "Name of this silo and of its lane [default: the machine's name with the silo port]");
    private readonly Option<string?> _connectionString = Text("--cluster.connection-string", "TEXT", "How the store is reached; other users of the machine can see it, a file is safer");
    private readonly Option<string?> _connectionStringFile = Text("--cluster.connection-string-file", "FILE", "File that holds the connection string");

    private readonly Option<string?> _advertisedAddress = Text("--cluster.advertised-address", "IP", "Address at which other members reach this silo, and where it listens")
        .Checked(static address => address is null ? null : ClusterSettingsCheck.AddressFault(address));

    private readonly Option<int?> _siloPort = Port("--cluster.silo-port", "Port for other silos [default: 11111]");
    private readonly Option<int?> _gatewayPort = Port("--cluster.gateway-port", "Port for processes of the role ingress [default: 30000]");
    private readonly Option<bool> _insecure = new("--cluster.insecure") { Description = "Silos and clients may talk in plain text over a network that is trusted" };

    public IEnumerable<Option> All =>
        [_clustering, _clusterId, _serviceId, _siloName, _connectionString, _connectionStringFile, _advertisedAddress, _siloPort, _gatewayPort, _insecure];

    public ClusterFlags Read(ParseResult arguments) => new()
    {
        Clustering = arguments.GetValue(_clustering),
        ClusterId = arguments.GetValue(_clusterId),
        ServiceId = arguments.GetValue(_serviceId),
        SiloName = arguments.GetValue(_siloName),
        ConnectionString = arguments.GetValue(_connectionString) is { } text ? new Secret(text) : null,
        ConnectionStringFile = arguments.GetValue(_connectionStringFile),
        AdvertisedAddress = arguments.GetValue(_advertisedAddress),
        SiloPort = arguments.GetValue(_siloPort),
        GatewayPort = arguments.GetValue(_gatewayPort),
        Insecure = arguments.GetValue(_insecure),
    };

    private static Option<string?> Text(string name, string helpName, string description) =>
        new Option<string?>(name) { Description = description, HelpName = helpName }.LastCounts();

    private static Option<int?> Port(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "PORT",
        Arity = ArgumentArity.OneOrMore, // the last one counts
        CustomParser = result =>
        {
            if (ushort.TryParse(result.Tokens[^1].Value, out ushort port) && port > 0)
                return port;
            result.AddError($"invalid value \"{result.Tokens[^1].Value}\" for {name}: expected a port between 1 and 65535");
            return null;
        },
    };
}
