using System.Reflection;
using Orleans.CodeGeneration;
using OrleansLb.Grains.Exporting;

namespace OrleansLb.Grains.Tests.Versions;

/// <summary>
/// By what silos of other versions call grains: names and parameters of the methods, and versions of the interfaces. Methods may be added; what stands here stays, or the version of the
/// interface is raised and calls of the one before are still served.
/// </summary>
public sealed class GrainInterfaceTests
{
    public static TheoryData<string, int, string> Methods => new()
    {
        { "orleanslb.IExporterGrain", 1, "Enqueue(ExportPart, EnqueueTerms, CancellationToken)" },
        { "orleanslb.IExporterGrain", 1, "EnqueueAndWait(ExportPart, EnqueueTerms, CancellationToken)" },
        { "orleanslb.IExporterGrain", 1, "GrantCredit(CreditRequest)" },
        { "orleanslb.IExporterGrain", 1, "Wake()" },
        { "orleanslb.IExporterGrain", 1, "Drain(TimeSpan)" },
        { "orleanslb.ISendingQueueGrain", 1, "Enqueue(ExportPart, EnqueueTerms, CancellationToken)" },
        { "orleanslb.ISendingQueueGrain", 1, "GrantCredit(CreditRequest)" },
        { "orleanslb.ISendingQueueGrain", 1, "Wake()" },
        { "orleanslb.ISendingQueueGrain", 1, "Drain(TimeSpan)" },
        { "orleanslb.IQueueIndexGrain", 1, "Register(String)" },
        { "orleanslb.IQueueIndexGrain", 1, "Unregister(String)" },
        { "orleanslb.IQueueIndexGrain", 1, "WakeAll()" },
        { "orleanslb.IResolverGrain", 1, "GetSnapshot(Int64, TimeSpan, CancellationToken)" },
        { "orleanslb.IResolverGrain", 1, "ReportHealth(HealthReport)" },
        { "orleanslb.ISilosGrain", 1, "GetActive(String[], TimeSpan, CancellationToken)" },
    };

    private static IEnumerable<Type> Interfaces => typeof(IExporterGrain).Assembly.GetTypes().Where(static type => type.IsInterface && typeof(IGrain).IsAssignableFrom(type));

    [Theory]
    [MemberData(nameof(Methods))]
    public void What_others_call_is_there(string interfaceAlias, int version, string method)
    {
        var found = Interfaces.Single(type => type.GetCustomAttribute<AliasAttribute>()?.Alias == interfaceAlias);
        Assert.Equal((ushort)version, found.GetCustomAttribute<VersionAttribute>()!.Version);
        Assert.Contains(method, found.GetMethods().Select(Signature));
    }

    [Fact]
    public void Every_interface_has_a_version_and_every_one_of_its_methods_a_name_of_its_own()
    {
        Assert.All(Interfaces, static type =>
        {
            Assert.NotNull(type.GetCustomAttribute<AliasAttribute>());
            Assert.NotNull(type.GetCustomAttribute<VersionAttribute>());
            string[] names = [.. type.GetMethods().Select(static method => method.GetCustomAttribute<AliasAttribute>()?.Alias ?? "")];
            Assert.DoesNotContain("", names);
            Assert.Equal(names.Length, names.Distinct().Count());
        });
    }

    [Fact]
    public void Every_message_has_a_name_and_a_number_for_each_of_its_fields()
    {
        var messages = typeof(IExporterGrain).Assembly.GetTypes().Where(static type => type.GetCustomAttribute<GenerateSerializerAttribute>() is not null).ToArray();
        Assert.NotEmpty(messages);
        Assert.All(messages, static type => Assert.NotNull(type.GetCustomAttribute<AliasAttribute>()));
        Assert.All(
            messages.Where(static type => !type.IsEnum).SelectMany(static type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)).Where(static property => property.SetMethod is not null),
            static property => Assert.True(property.GetCustomAttribute<IdAttribute>() is not null, $"{property.DeclaringType}.{property.Name} has no number"));
    }

    private static string Signature(MethodInfo method) =>
        $"{method.GetCustomAttribute<AliasAttribute>()?.Alias}({string.Join(", ", method.GetParameters().Select(static parameter => parameter.ParameterType.Name))})";
}
