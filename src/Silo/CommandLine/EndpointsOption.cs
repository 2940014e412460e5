using System.CommandLine;

namespace OrleansLb.Silo.CommandLine;

/// <summary>Options that take endpoints, separated by commas.</summary>
internal static class EndpointsOption
{
    public static Option<string[]> Create(string name, string description) => new Option<string[]>(name)
    {
        Description = description,
        HelpName = "HOST:PORT,...",
        CustomParser = static result => result.Tokens[0].Value.Split(','),
        Arity = ArgumentArity.ExactlyOne,
    }.Checked(endpoints => HasEmptyEntry(endpoints) ? $"{name} \"{string.Join(',', endpoints)}\" has an empty entry" : null);

    public static bool HasEmptyEntry(IEnumerable<string> endpoints) => endpoints.Any(string.IsNullOrWhiteSpace);
}
