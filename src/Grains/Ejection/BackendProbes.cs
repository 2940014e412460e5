using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Grains.Sending;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Grpc;
using OrleansLb.Otlp.Memory;

namespace OrleansLb.Grains.Ejection;

/// <summary>
/// Finds out when ejected backends take something again: an export request without items, over a connection of its own, with a back-off. One that keeps going and coming must be
/// well for longer each time. Used on its grain's turns only.
/// </summary>
internal sealed class BackendProbes(IOtlpClientPool clients, LoadBalancingOptions options, TimeProvider time) : IDisposable
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan LongestTrial = TimeSpan.FromSeconds(60);

    /// <summary>One that was well for this long is a backend like all others again.</summary>
    public static readonly TimeSpan Forgiveness = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, Patient> _patients = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ended = new();

    /// <summary>The backend is out from now on.</summary>
    public void Begin(SlotAssignment seat)
    {
        if (!_patients.TryGetValue(seat.Backend, out var patient))
            _patients.Add(seat.Backend, patient = new Patient(BackendEndpoint.WithDefaultPort(seat.Backend)));
        else if (time.GetElapsedTime(patient.Since) > Forgiveness)
            patient.Ejections = 0;
        patient.Ejections++;
        patient.Since = time.GetTimestamp();
        patient.WellSince = null;
        patient.Pause = Period;
        patient.Next = time.GetTimestamp();
        patient.IsOut = true;
    }

    /// <summary>Whether the backend is known to be out.</summary>
    public bool Watches(SlotAssignment seat) => _patients.TryGetValue(seat.Backend, out var patient) && patient.IsOut;

    /// <summary>The backend is in again, for whatever reason.</summary>
    public void End(SlotAssignment seat)
    {
        if (!_patients.TryGetValue(seat.Backend, out var patient) || !patient.IsOut)
            return;
        patient.IsOut = false;
        patient.Since = time.GetTimestamp();
        patient.Client?.Dispose();
        patient.Client = null;
    }

    /// <summary>Forgets backends that have left.</summary>
    public void Keep(IReadOnlySet<string> backends)
    {
        foreach (var (backend, patient) in _patients)
        {
            if (backends.Contains(backend))
                continue;
            patient.Client?.Dispose();
            _patients.Remove(backend);
        }
    }

    /// <summary>Begins the probes that are due.</summary>
    public void Tick()
    {
        foreach (var patient in _patients.Values)
        {
            if (patient is { IsOut: true, IsProbed: false } && time.GetTimestamp() >= patient.Next)
                _ = Probe(patient);
        }
    }

    /// <summary>Whether a backend has been well for as long as it must be.</summary>
    public bool IsWell(SlotAssignment seat) =>
        _patients.TryGetValue(seat.Backend, out var patient) && patient.WellSince is { } since && time.GetElapsedTime(since) >= TrialOf(patient.Ejections);

    public void Dispose()
    {
        _ended.Cancel();
        foreach (var patient in _patients.Values)
            patient.Client?.Dispose();
        _patients.Clear();
        _ended.Dispose();
    }

    private static TimeSpan TrialOf(int ejections)
    {
        var trial = Period * Math.Pow(2, Math.Min(ejections - 1, 10));
        return trial < LongestTrial ? trial : LongestTrial;
    }

    private async Task Probe(Patient patient)
    {
        patient.IsProbed = true;
        var client = patient.Client ??= clients.Dial(patient.Endpoint, options.Client);
        bool well;
        try
        {
            well = IsAlive(await client.Export(Signal.Traces, Payload.CopyOf([]), Patience, _ended.Token));
        }
        catch (OperationCanceledException)
        {
            well = false;
        }

        patient.IsProbed = false;
        if (!patient.IsOut)
            return;
        if (well)
        {
            patient.WellSince ??= time.GetTimestamp();
            patient.Pause = Period;
        }
        else
        {
            patient.WellSince = null;
            patient.Pause = patient.Pause * 2 < LongestPause ? patient.Pause * 2 : LongestPause;
        }

        patient.Next = time.GetTimestamp() + (long)(patient.Pause.TotalSeconds * time.TimestampFrequency);
    }

    // Any answer but those that ejected it: one that serves no traces says so, and is alive.
    private static bool IsAlive(ExportOutcome outcome) =>
        outcome is not ExportOutcome.Retryable { Code: GrpcStatusCode.Unavailable or GrpcStatusCode.DeadlineExceeded };

    private sealed class Patient(string endpoint)
    {
        public string Endpoint => endpoint;

        public IOtlpClient? Client { get; set; }

        public bool IsOut { get; set; }

        public bool IsProbed { get; set; }

        public int Ejections { get; set; }

        /// <summary>When it went out, or came back.</summary>
        public long Since { get; set; }

        public long? WellSince { get; set; }

        public TimeSpan Pause { get; set; }

        public long Next { get; set; }
    }
}
