namespace OrleansLb.Silo.Demo;

/// <summary>One line of the verdict.</summary>
/// <param name="Name">What is checked.</param>
/// <param name="Holds">Whether it holds.</param>
/// <param name="Detail">The figures it was judged by.</param>
internal sealed record Check(string Name, bool Holds, string Detail);
