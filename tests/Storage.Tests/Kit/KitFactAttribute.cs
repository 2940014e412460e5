using Xunit.Sdk;

namespace OrleansLb.Storage.Tests.Kit;

/// <summary>A fact that is skipped in classes whose <see cref="RequirementAttribute"/> misses something.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("OrleansLb.Storage.Tests.Kit.KitFactDiscoverer", "OrleansLb.Storage.Tests")]
internal sealed class KitFactAttribute : FactAttribute;
