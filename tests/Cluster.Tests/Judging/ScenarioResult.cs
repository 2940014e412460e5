using System.Globalization;

namespace OrleansLb.Cluster.Tests.Judging;

/// <summary>What came of one run of a scenario.</summary>
internal sealed record ScenarioResult
{
    public required string Scenario { get; init; }

    /// <summary>Whether queues were stored.</summary>
    public required bool IsDurable { get; init; }

    /// <summary>Spans that were acknowledged.</summary>
    public long Acknowledged { get; init; }

    /// <summary>Spans a second, over the whole run.</summary>
    public double Rate { get; init; }

    /// <summary>Acknowledged spans that reached nobody and should have.</summary>
    public long Lost { get; init; }

    /// <summary>Acknowledged spans that were in the memory of a process that was killed.</summary>
    public long LostWithProcess { get; init; }

    /// <summary>Receipts beyond each span's first.</summary>
    public long Duplicated { get; init; }

    /// <summary>Requests that were refused, at members that nothing was done to and at the others.</summary>
    public long Refused { get; init; }

    public long RefusedByTroubled { get; init; }

    /// <summary>Requests without an answer, at members that nothing was done to and at the others.</summary>
    public long Unanswered { get; init; }

    public long UnansweredByTroubled { get; init; }

    /// <summary>The longest time from the first attempt of a request to its acknowledgement, of those that only asked members that nothing was done to; seconds.</summary>
    public double LongestStall { get; init; }

    /// <summary>When it began, in the time of the story; seconds.</summary>
    public double LongestStallAt { get; init; }

    /// <summary>How long the machine kept a thread that has nothing to do from waking up, at most; seconds.</summary>
    public double MachineStall { get; init; }

    /// <summary>From when another silo knew that one was gone until the last span of its lane had arrived; seconds. Null: no lane was left behind.</summary>
    public double? DeadLanesDelivered { get; init; }

    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What is not as it is wanted.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    public static string Heading =>
        string.Create(CultureInfo.InvariantCulture, $"{"scenario",-20} {"queues",-8} {"spans",8} {"/s",6} {"lost",6} {"with it",8} {"twice",6} {"refused",9} {"no answer",10} {"stall s",8} {"machine",8} {"lanes s",8}  as wanted");

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Scenario,-20} {(IsDurable ? "stored" : "memory"),-8} {Acknowledged,8} {Rate,6:0} {Lost,6} {LostWithProcess,8} {Duplicated,6} {$"{Refused}+{RefusedByTroubled}",9} {$"{Unanswered}+{UnansweredByTroubled}",10} {LongestStall,8:0.00} {MachineStall,8:0.00} {DeadLanesDelivered?.ToString("0.0", CultureInfo.InvariantCulture) ?? "-",8}  {(Faults.Count == 0 ? "yes" : "NO: " + string.Join("; ", Faults))}{(Notes.Count == 0 ? "" : $" ({string.Join("; ", Notes)})")}");
}
