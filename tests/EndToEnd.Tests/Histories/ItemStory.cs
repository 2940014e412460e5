namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>Everything that is known of one item.</summary>
/// <param name="id">Its ID.</param>
/// <param name="sends">The attempts that carried it; none for one that nobody sent.</param>
/// <param name="receipts">Its receipts in the order of their times.</param>
internal readonly ref struct ItemStory(ulong id, ReadOnlySpan<Send> sends, ReadOnlySpan<Receipt> receipts)
{
    public ulong Id { get; } = id;

    public ReadOnlySpan<Send> Sends { get; } = sends;

    public ReadOnlySpan<Receipt> Receipts { get; } = receipts;

    public bool IsAcknowledged => AcknowledgedBy is not null;

    public ClientAttempt? AcknowledgedBy
    {
        get
        {
            foreach (var send in Sends)
            {
                if (send.Attempt.Outcome == AttemptOutcome.Acknowledged)
                    return send.Attempt;
            }

            return null;
        }
    }

    public string Name => $"item {Id:x16}";
}
