using OrleansLb.Clustering.Settings;
using OrleansLb.Configuration.Evaluation;

namespace OrleansLb.Configuration.Components;

/// <summary>The <c>orleanslb</c> block of the top level, which Alloy does not have: settings of the process.</summary>
internal static class ProcessBlock
{
    public static BlockSchema<DashboardLogin> Login { get; } = new BlockSchema<DashboardLogin>(new DashboardLogin())
        .Attribute("username", Readers.Text, (login, name) => login with { Username = name }, required: true)
        .Attribute("password", ReadOptional, (login, text) => login with { Password = text is null ? null : new Secret(text) })
        .Attribute("password_file", ReadOptional, (login, path) => login with { PasswordFile = path })
        .Check(static login => login.Fault());

    public static BlockSchema<ProcessOptions> Schema { get; } = new BlockSchema<ProcessOptions>(new ProcessOptions())
        .Attribute("memory_limit", ReadMemoryLimit, (process, limit) => process with { MemoryLimit = limit })
        .Attribute("dashboard", Readers.Boolean, (process, on) => process with { Dashboard = on })
        .Block("dashboard_auth", Login, (process, login) => process with { DashboardLogin = login });

    public static ComponentDefinition Definition { get; } =
        new("orleanslb", StabilityLevel.GenerallyAvailable, Build) { HasLabel = false };

    private static Problem? Build(ComponentBlock block, DecodeContext context, PipelineDraft pipeline)
    {
        var decoded = Schema.Decode(block.Statement.Body, context);
        if (decoded.Problem is null)
            pipeline.Process = decoded.Value;
        return decoded.Problem;
    }

    private static Outcome<MemoryLimit?> ReadMemoryLimit(AlloyValue value)
    {
        if (value is NullValue)
            return (MemoryLimit?)null;
        var text = Readers.Text(value);
        if (text.Problem is { } problem)
            return problem;
        return MemoryLimit.TryParse(text.Value, out var limit, out string? error) ? (MemoryLimit?)limit : Problem.At(value, error);
    }

    // null and the empty text of an environment variable that is not set both mean that nothing was given
    private static Outcome<string?> ReadOptional(AlloyValue value)
    {
        var text = Readers.Text(value);
        return text.Problem is { } problem ? problem : text.Value.Length == 0 ? (string?)null : text.Value;
    }
}
