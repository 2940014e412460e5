using System.CommandLine;
using OrleansLb.Grains.Membership;

namespace OrleansLb.Silo.CommandLine;

/// <summary>Options that take backends, separated by commas.</summary>
internal static class EndpointsOption
{
    public static Option<string[]> Create(string name, string description) => new Option<string[]>(name)
    {
        Description = description,
        HelpName = "HOST:PORT[;weight=N],...",
        CustomParser = static result => result.Tokens[0].Value.Split(','),
        Arity = ArgumentArity.ExactlyOne,
    }.Checked(entries => Fault(name, entries));

    /// <summary>The backends of an option's value, or null when it is malformed, which the option itself has said then.</summary>
    public static Backend[]? Read(IEnumerable<string>? entries)
    {
        var backends = new List<Backend>();
        foreach (string entry in entries ?? [])
        {
            if (!Backend.TryParse(entry, out var backend, out _))
                return null;
            backends.Add(backend);
        }

        return [.. backends];
    }

    private static string? Fault(string name, string[] entries)
    {
        foreach (string entry in entries)
        {
            if (string.IsNullOrWhiteSpace(entry))
                return $"{name} \"{string.Join(',', entries)}\" has an empty entry";
            if (!Backend.TryParse(entry, out _, out string? error))
                return $"{name} {entry} {error}";
        }

        return null;
    }
}
