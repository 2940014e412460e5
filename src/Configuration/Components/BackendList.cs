using OrleansLb.Configuration.Evaluation;
using OrleansLb.Configuration.Syntax;
using OrleansLb.Grains.Membership;

namespace OrleansLb.Configuration.Components;

/// <summary>Backends in a file: <c>host</c> or <c>host:port</c> each, followed by <c>;weight=N</c> if it is not to weigh as much as any other.</summary>
/// <param name="Backends">The backends.</param>
/// <param name="FirstWeight">The first entry that says a weight.</param>
internal sealed record BackendList(IReadOnlyList<Backend> Backends, AlloyValue? FirstWeight)
{
    public static BackendList Empty { get; } = new([], null);

    public static Outcome<BackendList> Read(AlloyValue value)
    {
        var texts = Readers.TextList(value);
        if (texts.Problem is { } problem)
            return problem;

        var backends = new Backend[texts.Value.Length];
        var weights = new Dictionary<string, int>(StringComparer.Ordinal);
        AlloyValue? firstWeight = null;
        for (int i = 0; i < backends.Length; i++)
        {
            var entry = ((ArrayValue)value).Elements[i];
            if (!Backend.TryParse(texts.Value[i], out backends[i], out string? error))
                return Problem.At(entry, error);
            var (endpoint, weight) = backends[i];
            if (!weights.TryAdd(endpoint, weight) && weights[endpoint] != weight)
                return Problem.At(entry, $"gives {Quoting.Quote(endpoint)} another weight than before");
            if (texts.Value[i].Contains(';', StringComparison.Ordinal))
                firstWeight ??= entry;
        }

        return backends.Length > 0 && Array.TrueForAll(backends, static backend => backend.Weight == 0)
            ? new Problem(value.Origin, "every backend has the weight 0")
            : new BackendList(backends, firstWeight);
    }
}
