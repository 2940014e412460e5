using OrleansLb.Ingress.Pipeline;

namespace OrleansLb.Ingress.Debug;

/// <summary>Prints what it is given, sampled; for looking into a pipeline, not for production traffic. It keeps nothing and refuses nothing.</summary>
/// <param name="options">What to print, and how much.</param>
/// <param name="output">Where to; the exporter takes turns with itself, and leaves an output that cannot be written to alone.</param>
/// <param name="time">The clock of the sampling.</param>
public sealed class DebugExporter(DebugExporterOptions options, TextWriter output, TimeProvider time) : ISignalConsumer
{
    private readonly Lock _turn = new();
    private readonly MessageSampler[] _samplers =
        [.. Enum.GetValues<Otlp.Signal>().Select(_ => new MessageSampler(options.SamplingInitial, options.SamplingThereafter, time))];

    /// <inheritdoc/>
    public string ComponentId => options.ComponentId;

    /// <inheritdoc/>
    public ValueTask<ConsumeResult> ConsumeAsync(ReceivedRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        lock (_turn)
        {
            if (_samplers[(int)request.Signal].TryTake())
                Print(request);
        }

        return ValueTask.FromResult(ConsumeResult.Accepted);
    }

    private void Print(ReceivedRequest request)
    {
        try
        {
            var message = request.Payload.Message.Span;
            output.Write(time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z' ", System.Globalization.CultureInfo.InvariantCulture));
            output.Write(options.ComponentId);
            output.Write(' ');
            output.WriteLine(RequestCounts.Describe(request.Signal, message, request.ItemCount));
            if (options.Verbosity == DebugVerbosity.Normal)
                new ItemLines(output).Print(request.Signal, message);
            else if (options.Verbosity == DebugVerbosity.Detailed)
                new MessageText(output).Print(request.Signal, message);
            output.Flush();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The reader of a pipe has gone; telemetry goes on.
        }
    }
}
