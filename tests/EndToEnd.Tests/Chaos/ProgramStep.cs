using System.Globalization;

namespace OrleansLb.EndToEnd.Tests.Chaos;

/// <param name="At">When the program ends; later if it has just been started.</param>
/// <param name="IsKilled"><c>kill -9</c>; otherwise SIGTERM.</param>
/// <param name="Away">How long it stays away.</param>
internal sealed record ProgramStep(TimeSpan At, bool IsKilled, TimeSpan Away)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.TotalSeconds:0.000} {(IsKilled ? "killed" : "terminated")} and away for {Away.TotalSeconds:0.000}");
}
