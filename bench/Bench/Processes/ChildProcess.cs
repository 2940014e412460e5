using System.Diagnostics;
using System.Text.Json;

namespace OrleansLb.Bench.Processes;

/// <summary>A process of the benchmark, spoken to by lines. It ends with its standard input, or is killed.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int KeptErrorLines = 20;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly Queue<string> _errors = [];

    private ChildProcess(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) => KeepError(line.Data);
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public static ChildProcess Start(CommandLine command, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(command.File, command.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
            start.Environment[key] = value;
        return new ChildProcess(Process.Start(start) ?? throw new InvalidOperationException($"cannot start {command.File}"));
    }

    /// <summary>The next line that it prints, as JSON.</summary>
    /// <exception cref="InvalidOperationException">It ended instead.</exception>
    public async Task<JsonElement> ReadJsonAsync(CancellationToken cancellationToken)
    {
        string? line = await _process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        return line is null ? throw Died() : JsonDocument.Parse(line).RootElement;
    }

    /// <summary>Reads and forgets what it prints.</summary>
    public void IgnoreOutput() => _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);

    public async Task WriteLineAsync(string line, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(line.AsMemory(), cancellationToken).ConfigureAwait(false);
        await _process.StandardInput.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Complains when it is no longer there.</summary>
    public void EnsureAlive()
    {
        if (_process.HasExited)
            throw Died();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            using var patience = new CancellationTokenSource(Grace);
            try
            {
                await _process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
                await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
        _process.Dispose();
    }

    private void KeepError(string? line)
    {
        if (line is null)
            return;
        lock (_errors)
        {
            _errors.Enqueue(line);
            if (_errors.Count > KeptErrorLines)
                _errors.Dequeue();
        }
    }

    private InvalidOperationException Died()
    {
        lock (_errors)
            return new InvalidOperationException($"{_process.StartInfo.FileName} {string.Join(' ', _process.StartInfo.ArgumentList)} ended: {string.Join('\n', _errors)}");
    }
}
