using System.CommandLine;

namespace OrleansLb.Bench.Backlog;

/// <summary>The command <c>backlog</c>: how fast a stored backlog is taken and drained, and in how much memory.</summary>
internal static class BacklogCommand
{
    private const long BytesPerMegabyte = 1_000_000;

    public static Command Create()
    {
        var size = new Option<int>("--megabytes") { Description = "Size of the backlog on disk, in MB", DefaultValueFactory = _ => 2000 };
        var synced = new Option<bool>("--fsync") { Description = "Every write waits for the disk" };
        var program = new Option<string?>("--program") { Description = "Another build of orleanslb to measure" };
        var command = new Command("backlog", "Fills stored queues while no backend is there, then measures the drain after a restart") { size, synced, program };
        command.SetAction((arguments, cancellationToken) => new BacklogRun(new BacklogOptions
        {
            Bytes = arguments.GetValue(size) * BytesPerMegabyte,
            Synced = arguments.GetValue(synced),
            Program = arguments.GetValue(program),
        }).RunAsync(cancellationToken));
        return command;
    }
}
