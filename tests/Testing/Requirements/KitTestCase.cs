using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace OrleansLb.Testing.Requirements;

/// <summary>A test that asks its class whether it can run here.</summary>
public sealed class KitTestCase : XunitTestCase
{
    [Obsolete("for the runner, which fills it in")]
    public KitTestCase()
    {
    }

    public KitTestCase(IMessageSink messages, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(messages, display, options, method)
    {
    }

    protected override string GetSkipReason(IAttributeInfo factAttribute) =>
        TestMethod.TestClass.Class.ToRuntimeType().GetCustomAttribute<RequirementAttribute>()?.Missing ?? base.GetSkipReason(factAttribute);
}
