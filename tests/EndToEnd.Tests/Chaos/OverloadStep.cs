using System.Globalization;

namespace OrleansLb.EndToEnd.Tests.Chaos;

/// <summary>A crowd of clients offers more than healthy backends take, since each request costs them a while.</summary>
/// <param name="At">When; <see cref="TimeSpan.MaxValue"/>: once everything is healed.</param>
/// <param name="Lasting">For how long.</param>
/// <param name="Pause">Milliseconds that a backend works on a request.</param>
internal sealed record OverloadStep(TimeSpan At, TimeSpan Lasting, int Pause)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(At == TimeSpan.MaxValue ? "at last" : $"{At.TotalSeconds:0.000}")} {Pause} ms a request for {Lasting.TotalSeconds:0.000}");
}
