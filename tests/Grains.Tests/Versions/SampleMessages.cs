using System.Collections.Immutable;
using Orleans.Serialization.Invocation;
using OrleansLb.Grains.Ejection;
using OrleansLb.Grains.Exporting;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Membership;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Tests.Versions;

/// <summary>One of each message that silos send each other, with every field set, and one call of each method.</summary>
internal static class SampleMessages
{
    private static readonly EnqueueOutcome s_outcome = new() { Status = EnqueueStatus.Failed, Message = "why", RetryAfter = TimeSpan.FromSeconds(7) };

    /// <summary>By name: messages by that of their type, calls by those of interface and method.</summary>
    public static IEnumerable<(string Name, object Message)> All()
    {
        foreach (object message in Messages())
            yield return (message.GetType().Name, message);
        foreach (var (name, call) in Calls())
            yield return (name, call);
    }

    private static IEnumerable<object> Messages() =>
    [
        new CreditRequest { Router = "router", Least = 5, Patience = TimeSpan.FromSeconds(1), Lost = 3, HoldsNone = true },
        new CreditGrant { Session = 11, Room = 12, DrainRate = 13.5, Refusal = s_outcome },
        new DrainReport(3, "backend:4317", 4, 5, 6, "queue"),
        s_outcome,
        new EnqueueTerms { Patience = TimeSpan.FromSeconds(2), Router = "router", AcceptedBefore = true },
        new ExportPart { Signal = Signal.Logs, ItemCount = 9, Payload = Payload.CopyOf("payload"u8, ContentCoding.Gzip), PlainLength = 77, AwaitsDelivery = true },
        new HealthReport("lane", [new SlotHealthReport(1, "a:1", TimeSpan.FromSeconds(3)), new SlotHealthReport(2, "b:2", null)]),
        new RoutingSnapshot
        {
            Epoch = 42,
            Slots = [new SlotAssignment(0, "a:1", 40, 3, true), new SlotAssignment(1, "b:2", 41)],
            Partitions = [0, 1, 1, 0],
            Held = [new SlotAssignment(2, "c:3", 39)],
            Lapsed = true,
            Failure = "why",
        },
    ];

    /// <summary>Calls as the code generator has made them.</summary>
    private static IEnumerable<(string Name, IInvokable Call)> Calls()
    {
        var samples = Messages().ToDictionary(static message => message.GetType());
        foreach (var type in typeof(IExporterGrain).Assembly.GetTypes().Where(static type => typeof(IInvokable).IsAssignableFrom(type) && !type.IsAbstract && !type.IsGenericType))
        {
            var call = (IInvokable)Activator.CreateInstance(type)!;
            var method = call.GetMethod();
            var parameters = method.GetParameters();
            for (int i = 0; i < call.GetArgumentCount() && i < parameters.Length; i++)
            {
                var parameter = parameters[i].ParameterType;
                if (parameter != typeof(CancellationToken))
                    call.SetArgument(i, Sample(parameter, samples));
            }

            yield return ($"{call.GetInterfaceType().Name}.{method.Name}", call);
        }
    }

    private static object Sample(Type type, Dictionary<Type, object> samples) =>
        type == typeof(TimeSpan) ? TimeSpan.FromSeconds(4)
        : type == typeof(long) ? 21L
        : type == typeof(string) ? "text"
        : type == typeof(string[]) ? new[] { "a", "b" }
        : samples[type];
}
