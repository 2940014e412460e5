namespace OrleansLb.Silo.CommandLine;

/// <summary>A key to look up.</summary>
/// <param name="Kind"><c>trace-id</c>, <c>service</c> or <c>key</c>.</param>
/// <param name="Value">The text that was given for it.</param>
internal sealed record RouteQuestion(string Kind, string Value);
