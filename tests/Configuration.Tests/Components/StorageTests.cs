using OrleansLb.Grains.Options;
using static OrleansLb.Configuration.Tests.Configurations;

namespace OrleansLb.Configuration.Tests.Components;

/// <summary>The components that declare stores.</summary>
public sealed class StorageTests
{
    private const UnixFileMode Mode0750 =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    [Fact]
    public void A_file_store_has_Alloys_defaults()
    {
        var store = Assert.Single(Valid("otelcol.storage.file \"f\" { }").Stores);

        Assert.Equal("otelcol.storage.file.f", store.ComponentId);
        Assert.Null(store.Postgres);
        Assert.Equal(("", false, true), (store.Sqlite!.Directory, store.Sqlite.Fsync, store.Sqlite.CreateDirectory));
        Assert.Equal((TimeSpan.FromSeconds(1), Mode0750), (store.Sqlite.LockTimeout, store.Sqlite.DirectoryPermissions));
    }

    [Fact]
    public void A_file_store_takes_every_attribute()
    {
        var store = Assert.Single(Valid("""
            otelcol.storage.file "f" {
              directory             = "/var/lib/x"
              timeout               = "0s"
              fsync                 = true
              create_directory      = true
              directory_permissions = "700"
              compaction {
                on_start                      = true
                on_rebound                    = true
                directory                     = "/tmp"
                rebound_needed_threshold_mib  = 1
                rebound_trigger_threshold_mib = 1
                max_transaction_size          = 0
                check_interval                = "1s"
                cleanup_on_start              = true
              }
              debug_metrics { }
            }
            """).Stores).Sqlite!;

        Assert.Equal(("/var/lib/x", true), (store.Directory, store.Fsync));
        Assert.Equal(Timeout.InfiniteTimeSpan, store.LockTimeout);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, store.DirectoryPermissions);
    }

    [Theory]
    [InlineData("directory_permissions = \"rwx\"", "directory_permissions value must be a valid octal representation")]
    [InlineData("directory_permissions = \"0758\"", "directory_permissions value must be a valid octal representation")]
    [InlineData("directory_permissions = \"\"", "directory_permissions value must be a valid octal representation")]
    [InlineData("directory_permissions = \"1777\"", "directory_permissions contain invalid bits for file access")]
    [InlineData("compaction { max_transaction_size = -1 }", "max transaction size for compaction cannot be less than 0")]
    [InlineData("compaction {\non_rebound = true\ncheck_interval = \"0s\"\n}", "compaction check interval must be positive when rebound compaction is set")]
    public void What_a_file_store_refuses(string key, string message) => Assert.Equal(
        [$"t.alloy:1:1: Failed to build component: decoding configuration: {message}"],
        Errors($"otelcol.storage.file \"f\" {{\n{key}\n}}"));

    [Fact]
    public void Permissions_of_a_directory_that_is_not_made_do_not_matter() =>
        Valid("otelcol.storage.file \"f\" {\ncreate_directory = false\ndirectory_permissions = \"x\"\n}");

    [Fact]
    public void A_file_store_is_a_public_preview()
    {
        Assert.Contains("stability level", Assert.Single(Errors("otelcol.storage.file \"f\" { }", StabilityLevel.GenerallyAvailable)), StringComparison.Ordinal);
        Assert.NotNull(Load("otelcol.storage.file \"f\" { }", StabilityLevel.PublicPreview).Configuration);
    }

    [Fact]
    public void A_database_is_named_by_its_connection_string()
    {
        var store = Assert.Single(Valid("orleanslb.storage.postgres \"p\" { connection_string = \"Host=db;Username=u\" }").Stores);

        Assert.Equal("orleanslb.storage.postgres.p", store.ComponentId);
        Assert.Null(store.Sqlite);
        Assert.Equal("Host=db;Username=u", store.Postgres!.ConnectionString);
    }

    [Theory]
    [InlineData("", "missing required attribute \"connection_string\"")]
    [InlineData("connection_string = \"\"", "connection_string must name a Host")]
    [InlineData("connection_string = \"Hots=db\"", "connection_string is not valid: Couldn't set hots (Parameter 'hots')")]
    public void What_a_database_store_refuses(string key, string message) => Assert.Equal(
        [$"t.alloy:1:1: Failed to build component: decoding configuration: {message}"],
        Errors($"orleanslb.storage.postgres \"p\" {{\n{key}\n}}"));

    [Theory]
    [InlineData("otelcol.auth.basic.creds.handler", "expected capsule(\"storage.Handler\"), got capsule(\"auth.Handler\")")]
    [InlineData("\"f\"", "expected capsule(\"storage.Handler\"), got string")]
    public void A_queue_takes_nothing_but_a_store(string value, string message) => Assert.Contains(
        $"t.alloy:7:11: {value} {message}",
        Errors(Balancer(otlp: $"queue {{\nstorage = {value}\n}}") + "otelcol.auth.basic \"creds\" { }\n"));

    [Theory]
    [InlineData("orleanslb.storage.postgres", "connection_string = \"Host=db\"")]
    [InlineData("otelcol.storage.file", "")]
    public void A_queue_names_its_store(string component, string attributes) => Assert.Equal(
        $"{component}.s",
        Assert.Single(Valid(Balancer(otlp: $"queue {{\nstorage = {component}.s.handler\n}}") + $"{component} \"s\" {{ {attributes} }}").LoadBalancers).Queue.Storage);

    [Fact]
    public void A_sending_queue_names_its_store_which_needs_not_be_that_of_the_ring_slots()
    {
        var balancer = Assert.Single(Valid(
            Balancer("sending_queue {\nstorage = otelcol.storage.file.top.handler\n}", otlp: "queue {\nstorage = otelcol.storage.file.slots.handler\n}")
            + "otelcol.storage.file \"top\" { }\notelcol.storage.file \"slots\" { }").LoadBalancers);

        Assert.Equal(("otelcol.storage.file.top", "otelcol.storage.file.slots"), (balancer.SendingQueue!.Storage, balancer.Queue.Storage));
    }

    [Fact]
    public void A_queue_without_a_store_is_in_memory() =>
        Assert.Null(Assert.Single(Valid(Balancer(otlp: "queue {\nstorage = null\n}")).LoadBalancers).Queue.Storage);

    [Theory]
    [InlineData("items", QueueSizer.Items)]
    [InlineData("bytes", QueueSizer.Bytes)]
    public void A_queue_with_a_store_counts_what_it_is_told_to(string sizer, QueueSizer expected)
    {
        var queue = Assert.Single(Valid(
            Balancer(otlp: $"queue {{\nstorage = otelcol.storage.file.f.handler\nsizer = \"{sizer}\"\nqueue_size = 5000\n}}") + "otelcol.storage.file \"f\" { }\n").LoadBalancers).Queue;

        Assert.Equal((expected, 5000), (queue.Sizer, queue.Size));
    }

    [Theory]
    [InlineData("wait_for_result = true", "`wait_for_result` is not supported with a persistent queue configured with `storage`")]
    public void What_does_not_go_with_a_store_is_named(string key, string expected) => Assert.Equal(
        [$"t.alloy:1:1: Failed to build component: decoding configuration: {expected}"],
        Errors(Balancer(otlp: $"queue {{\nstorage = otelcol.storage.file.f.handler\n{key}\n}}") + "otelcol.storage.file \"f\" { }\n"));

    [Fact]
    public void What_does_not_go_with_the_store_of_a_sending_queue_is_named_too() => Assert.Equal(
        ["t.alloy:1:1: Failed to build component: decoding configuration: `wait_for_result` is not supported with a persistent queue configured with `storage`"],
        Errors(Balancer("sending_queue {\nstorage = otelcol.storage.file.f.handler\nwait_for_result = true\n}") + "otelcol.storage.file \"f\" { }\n"));
}
