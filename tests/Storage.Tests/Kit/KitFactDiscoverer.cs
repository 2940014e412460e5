using Xunit.Abstractions;
using Xunit.Sdk;

namespace OrleansLb.Storage.Tests.Kit;

/// <summary>Makes the test cases of <see cref="KitFactAttribute"/>.</summary>
internal sealed class KitFactDiscoverer(IMessageSink messages) : IXunitTestCaseDiscoverer
{
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        [new KitTestCase(messages, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod)];
}
