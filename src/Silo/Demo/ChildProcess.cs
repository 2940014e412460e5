using System.Diagnostics;

namespace OrleansLb.Silo.Demo;

/// <summary>
/// A role of this program in a process of its own. The child ends when its standard input does, so it cannot outlive this process
/// even if that is killed.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private const int KeptLines = 8;
    private const int KeptLength = 400;

    private readonly Process _process;
    private readonly TaskCompletionSource<string> _firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<string> _errors = new();

    private ChildProcess(string name, Process process)
    {
        Name = name;
        _process = process;
    }

    /// <summary>What the child is called in messages.</summary>
    public string Name { get; }

    /// <summary>The last lines that the child wrote to standard error.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
                return string.Join('\n', _errors);
        }
    }

    public static ChildProcess Start(string name, params IEnumerable<string> arguments)
    {
        var start = SelfInvocation.Of(arguments);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var child = new ChildProcess(name, process);
        process.OutputDataReceived += (_, e) => child.OnOutput(e.Data);
        process.ErrorDataReceived += (_, e) => child.OnError(e.Data);
        process.Exited += (_, _) => child.OnOutput(null);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    /// <summary>The first line on standard output: roles say by it that they are ready.</summary>
    /// <exception cref="DemoException">The child ended before.</exception>
    public Task<string> FirstLineAsync(CancellationToken cancellationToken) => _firstLine.Task.WaitAsync(cancellationToken);

    /// <summary>Fails when the child has ended.</summary>
    /// <exception cref="DemoException">It has.</exception>
    public void CheckRunning()
    {
        if (_process.HasExited)
            throw Ended();
    }

    /// <summary>Ends the child at once, as a machine that fails does.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            using var expired = new CancellationTokenSource(Patience);
            await _process.WaitForExitAsync(expired.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private void OnOutput(string? line)
    {
        if (line is not null)
            _firstLine.TrySetResult(line);
        else if (_process.HasExited)
            _firstLine.TrySetException(Ended());
    }

    private void OnError(string? line)
    {
        if (line is null)
            return;
        lock (_errors)
        {
            _errors.Enqueue(line.Length > KeptLength ? line[..KeptLength] + "…" : line);
            if (_errors.Count > KeptLines)
                _errors.Dequeue();
        }
    }

    private DemoException Ended() => new($"{Name} ended with exit code {_process.ExitCode}{(Errors is { Length: > 0 } errors ? ":\n" + errors : "")}");
}
