using Xunit.Abstractions;
using Xunit.Sdk;

namespace OrleansLb.Testing.Requirements;

/// <summary>Makes the test cases of <see cref="KitFactAttribute"/>.</summary>
public sealed class KitFactDiscoverer(IMessageSink messages) : IXunitTestCaseDiscoverer
{
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        [new KitTestCase(messages, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod)];
}
