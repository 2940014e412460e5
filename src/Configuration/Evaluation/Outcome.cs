namespace OrleansLb.Configuration.Evaluation;

/// <summary>A result, or the first thing that is wrong.</summary>
internal readonly record struct Outcome<T>
{
    private readonly T _value;

    private Outcome(T value, Problem? problem)
    {
        _value = value;
        Problem = problem;
    }

    /// <summary>What is wrong; null when there is a value.</summary>
    public Problem? Problem { get; }

    public T Value => Problem is null ? _value : throw new InvalidOperationException("there is no value");

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Problem problem) => new(default!, problem);
}
