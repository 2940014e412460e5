namespace OrleansLb.Configuration.Evaluation;

/// <summary>The first names of Alloy's standard library, older ones included. None of it can be called yet.</summary>
internal static class StandardLibrary
{
    private static readonly HashSet<string> s_names =
    [
        "sys", "coalesce", "json_path", "constants", "convert", "array", "encoding", "string", "file", "module_path",
        "env", "nonsensitive", "concat", "json_decode", "yaml_decode", "base64_decode", "format", "join", "split",
        "replace", "to_lower", "to_upper", "trim", "trim_prefix", "trim_suffix", "trim_space",
    ];

    public static bool Knows(string name) => s_names.Contains(name);
}
