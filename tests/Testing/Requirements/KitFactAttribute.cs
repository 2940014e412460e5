using Xunit;
using Xunit.Sdk;

namespace OrleansLb.Testing.Requirements;

/// <summary>A fact that is skipped in classes whose <see cref="RequirementAttribute"/> misses something.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("OrleansLb.Testing.Requirements.KitFactDiscoverer", "OrleansLb.Testing")]
public sealed class KitFactAttribute : FactAttribute;
