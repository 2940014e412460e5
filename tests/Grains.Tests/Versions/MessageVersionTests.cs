using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;
using OrleansLb.Grains.Exporting.Messages;
using OrleansLb.Grains.Membership;
using OrleansLb.Otlp.Memory;
using OrleansLb.Testing;

namespace OrleansLb.Grains.Tests.Versions;

/// <summary>
/// Silos of two versions work together during a rolling update: what the version before has written can be read. <c>Messages.txt</c> has that, one message a line, name and Base64. Whoever
/// adds a message adds a line; none is ever changed or taken away as long as a version lives that sends it.
/// </summary>
public sealed class MessageVersionTests : IDisposable
{
    private const string Golden = "Versions/Messages.txt";
    private const string WriteTo = "ORLEANSLB_WRITE_MESSAGES";

    private readonly ServiceProvider _services = new ServiceCollection()
        .AddSingleton(PayloadPool.Shared)
        .AddSingleton(TimeProvider.System)
        .AddSerializer(static serializer => serializer.AddAssembly(typeof(ExportPart).Assembly))
        .BuildServiceProvider();

    private Serializer Serializer => _services.GetRequiredService<Serializer>();

    [Fact]
    public void What_the_version_before_has_written_is_read_as_it_was_meant()
    {
        if (Environment.GetEnvironmentVariable(WriteTo) is { } path)
        {
            File.WriteAllLines(path, SampleMessages.All().Select(sample => $"{sample.Name} {Convert.ToBase64String(Serializer.SerializeToArray(sample.Message))}"));
            return;
        }

        var samples = SampleMessages.All().ToDictionary(static sample => sample.Name, static sample => sample.Message);
        var known = new HashSet<string>();
        foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, Golden)))
        {
            var (name, bytes) = (line.Split(' ')[0], Convert.FromBase64String(line.Split(' ')[1]));
            object read = Serializer.Deserialize<object>(bytes)!;
            Assert.Equal(samples[name].GetType(), read.GetType());
            Assert.True(Serializer.SerializeToArray(read).AsSpan().SequenceEqual(Serializer.SerializeToArray(samples[name])), $"{name} was not read as it was written");
            known.Add(name);
        }

        string[] missing = [.. samples.Keys.Where(static name => !IsYoung(name)).Except(known)];
        Assert.True(missing.Length == 0, $"no line in {Golden} for {string.Join(", ", missing)}");
    }

    [Fact]
    public void A_payload_comes_whole_through_the_serializer_with_its_coding()
    {
        var part = (ExportPart)SampleMessages.All().First(static sample => sample.Message is ExportPart).Message;
        var read = Serializer.Deserialize<ExportPart>(Serializer.SerializeToArray(part))!;
        Assert.Equal(part.Payload.Message.ToArray(), read.Payload.Message.ToArray());
        Assert.Equal(part.Payload.Coding, read.Payload.Coding);
        Assert.Equal(part with { Payload = read.Payload }, read);
    }

    [Fact]
    public void A_received_payload_is_memory_of_the_pool_until_the_call_that_it_came_with_has_ended()
    {
        var pool = new DebugPayloadPool();
        using var services = new ServiceCollection()
            .AddSingleton<PayloadPool>(pool)
            .AddSerializer(static serializer => serializer.AddAssembly(typeof(ExportPart).Assembly))
            .BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        byte[] call = serializer.SerializeToArray(SampleMessages.All().First(static sample => sample.Name == "IExporterGrain.Enqueue").Message);

        var received = serializer.Deserialize<object>(call);
        var part = Assert.IsType<ExportPart>(((IInvokable)received!).GetArgument(0));
        Assert.Equal(1, pool.Outstanding);
        Assert.True(part.Payload.TryClaim());
        Assert.False(part.Payload.TryClaim());
        part.Payload.Release();
        pool.AssertClean();
    }

    [Fact]
    public void What_was_never_sent_over_a_network_has_nothing_to_claim()
    {
        var payload = Payload.CopyOf("here"u8);
        Assert.False(payload.TryClaim());
        payload.Release();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_call_releases_what_it_brought_and_the_grain_keeps_what_it_retains(bool keeps)
    {
        var pool = new DebugPayloadPool();
        var buffer = pool.Rent(4);
        var part = new ExportPart { Signal = Otlp.Signal.Traces, ItemCount = 1, Payload = buffer.SealReceived(4, Otlp.ContentCoding.Identity) };
        var answer = new TaskCompletionSource<EnqueueOutcome>();
        var call = new Call(part, keeps ? () => { part.Payload.Retain(); return answer.Task; } : () => answer.Task).Invoke();
        Assert.Equal(1, pool.Outstanding);
        answer.SetResult(EnqueueOutcome.Accepted);
        Assert.Equal(EnqueueOutcome.Accepted, (await call).GetResult<EnqueueOutcome>());
        Assert.Equal(keeps ? 1 : 0, pool.Outstanding);

        // handed on within the process, by whoever keeps it now
        if (keeps)
        {
            await new Call(part, static () => Task.FromResult(EnqueueOutcome.Accepted)).Invoke();
            Assert.Equal(1, pool.Outstanding);
            part.Payload.Release();
        }

        pool.AssertClean();
    }

    private sealed class Call(ExportPart part, Func<Task<EnqueueOutcome>> method) : PartRequest<EnqueueOutcome>
    {
        public override int GetArgumentCount() => 1;

        public override object GetArgument(int index) => part;

        public override void SetArgument(int index, object value) => throw new NotSupportedException();

        public override object GetTarget() => throw new NotSupportedException();

        public override void SetTarget(ITargetHolder holder) => throw new NotSupportedException();

        public override void Dispose()
        {
        }

        public override string GetMethodName() => "";

        public override string GetInterfaceName() => "";

        public override string GetActivityName() => "";

        public override Type GetInterfaceType() => typeof(object);

        public override System.Reflection.MethodInfo GetMethod() => throw new NotSupportedException();

        protected override Task<EnqueueOutcome> InvokeInner() => method();
    }

    [Fact]
    public void A_field_that_is_not_known_is_passed_over()
    {
        byte[] newer = Serializer.SerializeToArray(new ReservedEpochsOfTomorrow { UpTo = 17, Why = "because", More = [1, 2, 3] });
        Assert.Equal(17, Serializer.Deserialize<ReservedEpochs>(newer)!.UpTo);
    }

    public void Dispose() => _services.Dispose();

    // methods that no released version calls yet
    private static bool IsYoung(string name) => name is "IExporterGrain.EnqueueAndWait";
}

/// <summary>A message as a later version may have it.</summary>
[GenerateSerializer]
internal sealed record ReservedEpochsOfTomorrow
{
    [Id(0)]
    public long UpTo { get; init; }

    [Id(1)]
    public string? Why { get; init; }

    [Id(7)]
    public int[] More { get; init; } = [];
}
