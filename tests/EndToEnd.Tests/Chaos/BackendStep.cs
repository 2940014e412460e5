using System.Globalization;

namespace OrleansLb.EndToEnd.Tests.Chaos;

internal sealed record BackendStep(TimeSpan At, BackendFault Fault, TimeSpan Lasting)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.TotalSeconds:0.000} {Fault} for {Lasting.TotalSeconds:0.000}");
}
