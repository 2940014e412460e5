using System.Collections.Immutable;
using OrleansLb.Grains.Options;

namespace OrleansLb.Grains.Membership;

/// <summary>
/// Decides which answer of a resolver counts: changes that follow each other within the debounce time make one, one that is taken back in
/// it makes none, and what fails for longer than the grace leaves nothing. Used on its grain's turns only.
/// </summary>
internal sealed class AnswerFilter(MembershipOptions options, TimeProvider time)
{
    private ImmutableArray<Backend> _newest = [];
    private long? _changedAt;
    private long? _failingSince;

    /// <summary>The answer that counts; empty before the first one.</summary>
    public ImmutableArray<Backend> InForce { get; private set; } = [];

    /// <summary>The resolver has failed for longer than <see cref="MembershipOptions.StaleGrace"/>.</summary>
    public bool IsStale => UntilStale <= TimeSpan.Zero;

    /// <summary>A change has waited for its time.</summary>
    public bool IsChangeDue => UntilChange <= TimeSpan.Zero;

    /// <summary>The time until something becomes due without another answer; null when nothing does.</summary>
    public TimeSpan? NextDue => IsStale || UntilChange < UntilStale || UntilStale is null ? UntilChange : UntilStale;

    private TimeSpan? UntilChange => options.Debounce - Elapsed(_changedAt);

    private TimeSpan? UntilStale => options.StaleGrace > TimeSpan.Zero ? options.StaleGrace - Elapsed(_failingSince) : null;

    /// <summary>The resolver has answered.</summary>
    public void Answered(ImmutableArray<Backend> backends)
    {
        _newest = backends;
        if (InForce.AsSpan().SequenceEqual(backends.AsSpan()))
            _changedAt = null;
        else
            _changedAt ??= time.GetTimestamp();
        if (IsStale)
            InForce = [];
        _failingSince = null;
    }

    /// <summary>The resolver has failed.</summary>
    public void Failed() => _failingSince ??= time.GetTimestamp();

    /// <summary>Puts the newest answer in force if its time has come.</summary>
    /// <returns>Whether there is another answer in force.</returns>
    public bool Advance()
    {
        if (_newest.IsEmpty || (!InForce.IsEmpty && !IsChangeDue))
            return false;
        _changedAt = null;
        bool other = !InForce.AsSpan().SequenceEqual(_newest.AsSpan());
        InForce = _newest;
        return other;
    }

    private TimeSpan? Elapsed(long? since) => since is { } began ? time.GetElapsedTime(began) : null;
}
