using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using OrleansLb.Testing;

namespace OrleansLb.EndToEnd.Tests.Infrastructure;

/// <summary>The program as its users run it: a process of its own on a configuration file, its log read line by line.</summary>
internal sealed partial class OrleansLbProcess : IAsyncDisposable
{
    private static readonly HttpClient Http = new();

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly SemaphoreSlim _lineArrived = new(0);
    private readonly string? _directory;
    private readonly int _id;

    private OrleansLbProcess(Process process, string? directory, bool isRead = true)
    {
        _process = process;
        _directory = directory;
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.Start();
        _id = process.Id;
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        if (isRead)
            process.BeginErrorReadLine();
    }

    public string Log => string.Join('\n', _lines);

    public int ExitCode => _process.ExitCode;

    public bool HasExited => _process.HasExited;

    /// <summary>The most bytes of memory that the process ever had resident.</summary>
    public long PeakResidentBytes => StatusBytes("VmHWM:");

    /// <summary>The process's own TCP sockets: local and remote port, and whether it listens.</summary>
    public IReadOnlyList<TcpSocket> TcpSockets => TcpSocket.Of(_id);

    /// <summary>Starts any command of the program.</summary>
    public static OrleansLbProcess Start(params string[] arguments) => new(Prepare(arguments), directory: null);

    /// <summary>Starts <c>run</c> on a configuration and waits until the admin listener says that it is ready.</summary>
    public static async Task<OrleansLbProcess> RunAsync(string configuration, params string[] options)
    {
        var process = await LaunchAsync(configuration, options);
        await process.ReadyAsync();
        return process;
    }

    /// <summary>Starts <c>run</c> on a configuration and waits for nothing.</summary>
    public static async Task<OrleansLbProcess> LaunchAsync(string configuration, params string[] options)
    {
        var (directory, path) = await WriteAsync(configuration);
        return new OrleansLbProcess(Prepare(["run", path, .. CommonOptions(directory), .. options]), directory);
    }

    /// <summary>Starts <c>run</c> with a disk of its own at a directory, for those who may: see <see cref="SmallDiskFactAttribute"/>.</summary>
    public static async Task<OrleansLbProcess> LaunchWithDiskAsync(string mount, string mountOptions, string configuration)
    {
        var (directory, path) = await WriteAsync(configuration);
        return new OrleansLbProcess(Prepare(["run", path, .. CommonOptions(directory)], SmallDiskFactAttribute.With(mount, mountOptions)), directory);
    }

    /// <summary>Starts <c>run</c> with a log that nobody reads before <see cref="ReadLogAsync"/>.</summary>
    public static async Task<OrleansLbProcess> LaunchUnreadAsync(string configuration, params string[] options)
    {
        var (directory, path) = await WriteAsync(configuration);
        return new OrleansLbProcess(Prepare(["run", path, .. CommonOptions(directory), .. options]), directory, isRead: false);
    }

    /// <summary>Reads a log to its end that was not read so far.</summary>
    public Task<string> ReadLogAsync() => _process.StandardError.ReadToEndAsync();

    /// <summary>Waits until the admin listener says that the program is ready, for programs whose log cannot be asked.</summary>
    public async Task ReadyAsync(HttpClient admin)
    {
        using var limit = new CancellationTokenSource(Patience.Long);
        while (true)
        {
            Assert.False(HasExited, Log);
            try
            {
                if ((await admin.GetAsync("/-/ready", limit.Token)).StatusCode == HttpStatusCode.OK)
                    return;
            }
            catch (HttpRequestException)
            {
                // it does not listen yet
            }

            await Task.Delay(10, limit.Token);
        }
    }

    /// <summary>Starts <c>run</c> with the least claim to CPU time.</summary>
    public static async Task<OrleansLbProcess> LaunchSlowlyAsync(string configuration, params string[] options)
    {
        var (directory, path) = await WriteAsync(configuration);
        return new OrleansLbProcess(Prepare(["run", path, .. CommonOptions(directory), .. options], ["nice", "-n", "19"]), directory);
    }

    public static async Task<OrleansLbProcess> RunFileAsync(string path, params string[] options)
    {
        string directory = Directory.CreateTempSubdirectory("orleanslb-e2e-").FullName;
        var process = new OrleansLbProcess(Prepare(["run", path, .. CommonOptions(directory), .. options]), directory);
        await process.ReadyAsync();
        return process;
    }

    /// <summary>The real port that a receiver was given, from its log line.</summary>
    public async Task<Uri> ReceiverAsync(string transport, string componentId = "otelcol.receiver.otlp.default")
    {
        string line = await LineAsync(
            l => l.Contains("listening", StringComparison.OrdinalIgnoreCase)
                && l.Contains(componentId, StringComparison.Ordinal)
                && l.Contains($"transport={transport}", StringComparison.OrdinalIgnoreCase));
        return AddressIn(line);
    }

    public async Task<Uri> AdminAsync()
        => AddressIn(await LineAsync(static l => l.Contains("now listening for http traffic", StringComparison.Ordinal)));

    public async Task<string> MetricsPageAsync() => await Http.GetStringAsync(new Uri(await AdminAsync(), "/metrics"));

    /// <summary>Bytes of memory that the process has resident.</summary>
    /// <returns>False when it has ended.</returns>
    public bool TryResident(out long bytes)
    {
        bytes = 0;
        try
        {
            string status = File.ReadLines($"/proc/{_id}/status").FirstOrDefault(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal)) ?? "";
            return long.TryParse(status.Replace("VmRSS:", "", StringComparison.Ordinal).Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture, out bytes)
                && (bytes *= 1024) > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The value of a metric, all series whose text contains every one of <paramref name="labels"/> summed up.</summary>
    public async Task<double> MetricAsync(string name, params string[] labels)
    {
        string text = await MetricsPageAsync();
        double sum = 0;
        foreach (string line in text.Split('\n'))
        {
            if (!line.StartsWith(name, StringComparison.Ordinal) || line.Length == name.Length || line[name.Length] is not ('{' or ' '))
                continue;
            if (labels.All(l => line.Contains(l, StringComparison.Ordinal)))
                sum += double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
        }

        return sum;
    }

    /// <summary>Asks for a metric until it has at least the wanted value; the asking itself is the pause.</summary>
    public Task MetricReachesAsync(double wanted, string name, params string[] labels) =>
        MetricAsync(value => value >= wanted, $"at least {wanted}", name, labels);

    /// <summary>Asks for a metric until it has at most the wanted value.</summary>
    public Task MetricFallsToAsync(double wanted, string name, params string[] labels) =>
        MetricAsync(value => value <= wanted, $"at most {wanted}", name, labels);

    /// <summary>The first log line, past or future, that fits.</summary>
    public async Task<string> LineAsync(Func<string, bool> wanted)
    {
        using var limit = new CancellationTokenSource(Patience.Long);
        try
        {
            while (true)
            {
                if (_lines.FirstOrDefault(wanted) is { } line)
                    return line;
                if (_process.HasExited)
                    throw new InvalidOperationException($"orleanslb ended with exit code {_process.ExitCode}\n{Log}");
                await _lineArrived.WaitAsync(TimeSpan.FromSeconds(1), limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"the awaited log line did not come\n{Log}");
        }
    }

    public void Terminate()
    {
        const int SigTerm = 15;
        Assert.Equal(0, Kill(_process.Id, SigTerm));
    }

    /// <summary>Lets the process run for a moment, and stand for a moment, again and again: what a limit on CPU time does to it.</summary>
    public IDisposable RunInBursts(TimeSpan running, TimeSpan standing) => new CpuBursts(_process.Id, running, standing);

    /// <summary>As <c>kill -9</c> does; ends when the process has ended.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Kills the first child process of this role.</summary>
    public void KillChild(string role)
    {
        var children = Directory.EnumerateDirectories($"/proc/{_process.Id}/task")
            .SelectMany(static thread => File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        string child = children.First(pid => File.ReadAllText($"/proc/{pid}/cmdline").Split('\0').Contains(role));
        const int SigKill = 9;
        Assert.Equal(0, Kill(int.Parse(child, CultureInfo.InvariantCulture), SigKill));
    }

    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(Patience.Long);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _lineArrived.Dispose();
        if (_directory is not null)
            Directory.Delete(_directory, recursive: true);
    }

    private long StatusBytes(string field)
    {
        string line = File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line[field.Length..^"kB".Length], CultureInfo.InvariantCulture) * 1024;
    }

    private async Task MetricAsync(Func<double, bool> isWanted, string wanted, string name, string[] labels)
    {
        using var limit = new CancellationTokenSource(Patience.Long);
        double last = double.NaN;
        while (!limit.IsCancellationRequested)
        {
            last = await MetricAsync(name, labels);
            if (isWanted(last))
                return;
            await Task.Yield();
        }

        Assert.Fail($"{name} is {last} and not {wanted}\n{Log}");
    }

    private static string[] CommonOptions(string directory) =>
    [
        "--server.http.listen-addr", "127.0.0.1:0",
        "--storage.path", Path.Combine(directory, "data"),
        "--loopback-only",
    ];

    private static async Task<(string Directory, string Path)> WriteAsync(string configuration)
    {
        string directory = Directory.CreateTempSubdirectory("orleanslb-e2e-").FullName;
        string path = Path.Combine(directory, "config.alloy");
        await File.WriteAllTextAsync(path, configuration);
        return (directory, path);
    }

    private static Process Prepare(string[] arguments, IReadOnlyList<string>? wrapper = null)
    {
        string[] line = [.. wrapper ?? [], "dotnet", "exec", Path.Combine(AppContext.BaseDirectory, "orleanslb.dll"), .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new Process { StartInfo = start };
    }

    private static Uri AddressIn(string line)
    {
        var match = AddressPattern().Match(line);
        Assert.True(match.Success, $"no address in '{line}'");
        return new Uri($"http://{IPEndPoint.Parse(match.Groups[1].Value)}");
    }

    /// <summary>Waits until the program says that it runs.</summary>
    public async Task ReadyAsync()
    {
        try
        {
            await LineAsync(static l => l.Contains("is running", StringComparison.Ordinal));
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        _lines.Enqueue(line);
        _lineArrived.Release();
    }

    private sealed class CpuBursts : IDisposable
    {
        private const int SigCont = 18;
        private const int SigStop = 19;
        private readonly CancellationTokenSource _end = new();
        private readonly Thread _thread;

        public CpuBursts(int process, TimeSpan running, TimeSpan standing)
        {
            // a thread of its own: the pool may be busy with the test
            _thread = new Thread(() =>
            {
                while (!_end.Token.WaitHandle.WaitOne(running))
                {
                    _ = Kill(process, SigStop);
                    _end.Token.WaitHandle.WaitOne(standing);
                    _ = Kill(process, SigCont);
                }
            });
            _thread.Start();
        }

        public void Dispose()
        {
            _end.Cancel();
            _thread.Join();
            _end.Dispose();
        }
    }

    [GeneratedRegex(@"(127\.0\.0\.1:\d+)")]
    private static partial Regex AddressPattern();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int pid, int signal);
}
