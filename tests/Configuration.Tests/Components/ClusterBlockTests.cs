using OrleansLb.Clustering.Settings;
using static OrleansLb.Configuration.Tests.Configurations;

namespace OrleansLb.Configuration.Tests.Components;

/// <summary>The block <c>orleanslb.cluster</c>, which is ours.</summary>
public sealed class ClusterBlockTests
{
    [Fact]
    public void A_file_that_does_not_have_it_names_no_cluster() => Assert.Null(Valid("").Cluster);

    [Fact]
    public void It_has_the_defaults_of_its_documentation()
    {
        var cluster = Valid("\n orleanslb.cluster { clustering = \"redis\" }").Cluster!;

        Assert.Equal("t.alloy:2:2", cluster.Place);
        Assert.Equal(
            new ClusterSettings
            {
                Clustering = "redis",
                ClusterId = "orleanslb",
                ServiceId = "orleanslb",
                SiloPort = 11111,
                GatewayPort = 30000,
                ProbeTimeout = TimeSpan.FromSeconds(1),
                MissedProbes = 3,
            },
            cluster.Settings);
    }

    [Fact]
    public void It_takes_every_attribute() => Assert.Equal(
        new ClusterSettings
        {
            Clustering = "postgres",
            ClusterId = "c",
            ServiceId = "s",
            SiloName = "n",
            ConnectionString = new Secret("Host=h;Password=p"),
            ConnectionStringFile = "/f",
            AdvertisedAddress = "::1",
            SiloPort = 1,
            GatewayPort = 65535,
            ProbeTimeout = TimeSpan.FromMilliseconds(500),
            MissedProbes = 5,
            Insecure = true,
            Tls = new ClusterTls { CaFile = "ca", CertFile = "cert", KeyFile = "key" },
        },
        Valid("""
            orleanslb.cluster {
              clustering             = "postgres"
              cluster_id             = "c"
              service_id             = "s"
              silo_name              = "n"
              connection_string      = "Host=h;Password=p"
              connection_string_file = "/f"
              advertised_address     = "::1"
              silo_port              = 1
              gateway_port           = 65535
              probe_timeout          = "500ms"
              missed_probes          = 5
              insecure               = true
              tls {
                ca_file   = "ca"
                cert_file = "cert"
                key_file  = "key"
              }
            }
            """).Cluster!.Settings);

    [Fact]
    public void The_connection_string_is_not_shown_with_the_rest()
    {
        var cluster = Valid("orleanslb.cluster {\nclustering = \"redis\"\nconnection_string = \"h:1,password=geheim\"\n}").Cluster!;

        Assert.DoesNotContain("geheim", cluster.ToString(), StringComparison.Ordinal);
        Assert.Contains("ConnectionString = (secret)", cluster.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_texts_of_variables_that_are_not_set_are_as_good_as_none()
    {
        var settings = Valid("orleanslb.cluster {\nclustering = \"redis\"\nadvertised_address = \"\"\nconnection_string = \"\"\nsilo_name = null\n}").Cluster!.Settings;

        Assert.Equal((null, null, null), (settings.AdvertisedAddress, settings.ConnectionString, settings.SiloName));
    }

    [Theory]
    [InlineData("clustering = \"kubernetes\"", 14, "clustering = \"kubernetes\" is not supported yet")]
    [InlineData("clustering = \"consul\"", 14, "clustering \"consul\" is unknown: it must be \"redis\", \"postgres\", \"file\" or \"none\"")]
    [InlineData("advertised_address = \"silo-1\"", 22, "advertised_address \"silo-1\" is no IP address")]
    [InlineData("advertised_address = \"0.0.0.0\"", 22, "advertised_address \"0.0.0.0\" can be listened on, but nobody can dial it")]
    [InlineData("silo_port = 0", 13, "0 is not a port between 1 and 65535")]
    [InlineData("gateway_port = 70000", 16, "70000 is not a port between 1 and 65535")]
    [InlineData("probe_timeout = \"1ms\"", 17, "\"1ms\" must be from 100ms to 1m")]
    [InlineData("missed_probes = 0", 17, "0 must be from 1 to 20")]
    [InlineData("insecure = \"yes\"", 12, "\"yes\" should be bool, got string")]
    public void What_is_wrong_with_a_value_is_told_at_its_place(string attribute, int column, string message) =>
        Assert.Equal([$"t.alloy:2:{column}: {message}"], Errors($"orleanslb.cluster {{\n{attribute}\n}}"));

    [Theory]
    [InlineData("", "missing required attribute \"clustering\"")]
    [InlineData("clustering = \"redis\"\ntls {\nca_file = \"a\"\ncert_file = \"b\"\n}", "missing required attribute \"key_file\"")]
    public void What_is_missing_is_told(string body, string message) =>
        Assert.Equal([$"t.alloy:1:1: Failed to build component: decoding configuration: {message}"], Errors($"orleanslb.cluster {{\n{body}\n}}"));
}
