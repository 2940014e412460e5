using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;
using OrleansLb.Embedded.Hosting;

namespace OrleansLb.Embedded.Engine;

/// <summary>The activations of this process, at most one per grain, and what they share.</summary>
internal sealed class ActivationDirectory(
    IServiceProvider services, IOptions<EmbeddedGrainOptions> options, TimeProvider time, ILogger<ActivationDirectory> logger)
{
    private static readonly DeactivationReason s_closing = new(DeactivationReasonCode.ShuttingDown, "The engine is shutting down.");

    private readonly ConcurrentDictionary<ActivationKey, Activation> _activations = new();
    private volatile bool _closed;

    public IServiceProvider Services { get; } = services;

    public EmbeddedGrainOptions Options { get; } = options.Value;

    public TimeProvider Time { get; } = time;

    public ILogger Logger { get; } = logger;

    public int Count => _activations.Count;

    /// <summary>The activation that takes calls to this grain.</summary>
    /// <exception cref="SiloUnavailableException">The engine is shutting down.</exception>
    public Activation GetOrAdd(ActivationKey key)
    {
        if (_activations.TryGetValue(key, out var activation))
            return activation;
        if (!_closed)
        {
            activation = _activations.GetOrAdd(key, static (key, self) => new Activation(self, key.Class, key.Key), this);

            // Who closes the directory afterwards finds the activation in it. It may be in use by a call that came in just before.
            if (!_closed)
                return activation;
            activation.Deactivate(s_closing);
        }

        throw new SiloUnavailableException($"Grain {key.Class.GrainType}/{key.Key} cannot be activated: the engine is shutting down.");
    }

    public void Remove(Activation activation) => _activations.TryRemove(KeyValuePair.Create(activation.Key, activation));

    /// <summary>Sends a call whose activation has ended to the next one. Its caller has a promise already.</summary>
    public void Forward(ActivationKey key, GrainRequest request)
    {
        try
        {
            while (true)
            {
                var activation = GetOrAdd(key);
                if (activation.TrySend(request, out _))
                    return;
                Remove(activation);
            }
        }
        catch (SiloUnavailableException exception)
        {
            request.Fail(exception);
        }
    }

    public void CollectIdle()
    {
        var now = Time.GetUtcNow();
        foreach (var (_, activation) in _activations)
            activation.CollectIfIdle(now);
    }

    /// <summary>Ends every activation and lets no new one begin.</summary>
    /// <param name="patience">Cancelled: do not wait any longer for calls that still run.</param>
    /// <param name="cancellationToken">Cancelled: do not wait for OnDeactivateAsync either.</param>
    public async Task CloseAsync(CancellationToken patience, CancellationToken cancellationToken)
    {
        _closed = true;
        while (!_activations.IsEmpty)
        {
            var ended = new List<Task>();
            foreach (var (_, activation) in _activations)
            {
                activation.Deactivate(s_closing, patience, cancellationToken);
                ended.Add(activation.Deactivated);
            }

            await Task.WhenAll(ended).ConfigureAwait(false);
        }
    }
}
