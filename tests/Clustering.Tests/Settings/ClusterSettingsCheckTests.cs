using OrleansLb.Clustering.Settings;

namespace OrleansLb.Clustering.Tests.Settings;

public sealed class ClusterSettingsCheckTests : IDisposable
{
    private static readonly ClusterSettings s_good = new() { Clustering = "redis", ConnectionString = new Secret("h:6379,password=geheim"), AdvertisedAddress = "127.0.0.1" };

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Good_settings_have_no_faults() => Assert.Empty(ClusterSettingsCheck.Faults(s_good, hostsSilo: true));

    [Fact]
    public void Without_a_cluster_nothing_is_looked_at() => Assert.Empty(ClusterSettingsCheck.Faults(new ClusterSettings { ClusterId = "" }, hostsSilo: true));

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var bad = s_good with { ConnectionString = null, ClusterId = "a b", SiloName = "", AdvertisedAddress = null, GatewayPort = 11111, Insecure = true, Tls = new ClusterTls { CaFile = "/no/such" } };

        Assert.Equal(
            [
                "clustering = \"redis\" needs connection_string or connection_string_file",
                "cluster_id \"a b\" may have letters, digits and -_.: only",
                "silo_name must have from 1 to 150 characters",
                "advertised_address is missing: the IP address at which the other members reach this silo, 127.0.0.1 for a cluster on one machine",
                "silo_port and gateway_port are the same: 11111",
                "insecure = true and the block tls exclude each other",
                "tls.ca_file: there is no file /no/such",
                "tls.cert_file is missing",
                "tls.key_file is missing",
            ],
            ClusterSettingsCheck.Faults(bad, hostsSilo: true));
    }

    [Theory]
    [InlineData("127.0.0.1", false, false, true)]
    [InlineData("::1", false, false, true)]
    [InlineData("10.0.0.1", false, false, false)]
    [InlineData("10.0.0.1", true, false, true)]
    [InlineData("10.0.0.1", false, true, true)]
    public void Plain_text_over_a_network_must_be_asked_for(string address, bool insecure, bool tls, bool accepted)
    {
        var files = new ClusterTls { CaFile = _file, CertFile = _file, KeyFile = _file };
        var faults = ClusterSettingsCheck.Faults(s_good with { AdvertisedAddress = address, Insecure = insecure, Tls = tls ? files : null }, hostsSilo: true);

        if (accepted)
            Assert.Empty(faults);
        else
            Assert.StartsWith("silos at 10.0.0.1 would talk in plain text over the network", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis", "geheim=1", "connection_string is not in the form of StackExchange.Redis: host:6379,password=…")]
    [InlineData("redis", "password=geheim", "connection_string names no server: it must be like host:6379,password=…")]
    [InlineData("postgres", "geheim", "connection_string is not in Npgsql's form: Host=…;Username=…;Password=…;Database=…")]
    [InlineData("file", "members", "connection_string must be the absolute path of a directory of this machine that all members share")]
    [InlineData("postgres", "Password=geheim", "connection_string must name a Host")]
    public void A_connection_string_that_cannot_be_right_is_told_and_not_shown(string clustering, string text, string expected) =>
        Assert.Equal([expected], ClusterSettingsCheck.Faults(s_good with { Clustering = clustering, ConnectionString = new Secret(text) }, hostsSilo: false));

    [Theory]
    [InlineData("h:6379\n", null)]
    [InlineData("\n", "is empty")]
    public void A_connection_string_may_stand_in_a_file(string content, string? fault)
    {
        File.WriteAllText(_file, content);
        var faults = ClusterSettingsCheck.Faults(s_good with { ConnectionString = null, ConnectionStringFile = _file }, hostsSilo: true);

        if (fault is null)
            Assert.Empty(faults);
        else
            Assert.Equal([$"connection_string_file: {_file} {fault}"], faults);
    }

    [Fact]
    public void A_file_that_is_not_there_and_two_connection_strings_are_told()
    {
        string missing = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString());

        Assert.StartsWith(
            "connection_string_file: ", Assert.Single(ClusterSettingsCheck.Faults(s_good with { ConnectionString = null, ConnectionStringFile = missing }, hostsSilo: true)), StringComparison.Ordinal);
        Assert.Equal(
            ["connection_string and connection_string_file exclude each other"], ClusterSettingsCheck.Faults(s_good with { ConnectionStringFile = missing }, hostsSilo: true));
    }

    [Fact]
    public void A_secret_does_not_show_itself() => Assert.Equal("(secret) (secret)", $"{new Secret("geheim")} {s_good.ConnectionString}");
}
