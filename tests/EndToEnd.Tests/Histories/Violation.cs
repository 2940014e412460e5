namespace OrleansLb.EndToEnd.Tests.Histories;

/// <summary>One promise that was broken, with what shows it.</summary>
internal sealed record Violation(Invariant Invariant, string Evidence)
{
    public override string ToString() => $"{Invariant}: {Evidence}";
}
