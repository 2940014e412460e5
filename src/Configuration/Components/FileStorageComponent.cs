using OrleansLb.Configuration.Diagnostics;
using OrleansLb.Configuration.Evaluation;
using OrleansLb.Storage.Sqlite;

namespace OrleansLb.Configuration.Components;

/// <summary><c>otelcol.storage.file</c>: a store in a directory of its own.</summary>
internal static class FileStorageComponent
{
    public static BlockSchema<Arguments> Schema { get; } = new BlockSchema<Arguments>(new Arguments())
        .Attribute("directory", Readers.Text, (file, directory) => file with { Directory = directory })
        .Attribute("timeout", ValueReaders.NonNegativeDuration, (file, timeout) => file with { Timeout = timeout })
        .Attribute("fsync", Readers.Boolean, (file, fsync) => file with { Fsync = fsync })
        .Attribute("create_directory", Readers.Boolean, (file, create) => file with { CreateDirectory = create })
        .Attribute("directory_permissions", Readers.Text, (file, permissions) => file with { Permissions = permissions })
        .Block("compaction", CompactionBlock.Schema, (file, _) => file)
        .Block("debug_metrics", DebugMetrics.Schema, (file, _) => file)
        .Check(CheckPermissions);

    public static ComponentDefinition Definition { get; } =
        new("otelcol.storage.file", StabilityLevel.PublicPreview, Build) { Export = ("handler", CapsuleKind.StorageHandler) };

    private static Problem? Build(ComponentBlock block, DecodeContext context, PipelineDraft pipeline)
    {
        var decoded = Schema.Decode(block.Statement.Body, context);
        if (decoded.Problem is { } problem)
            return problem;

        var file = decoded.Value;
        var options = new SqliteStorageOptions
        {
            Directory = file.Directory,
            Fsync = file.Fsync,
            CreateDirectory = file.CreateDirectory,
            LockTimeout = file.Timeout == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : file.Timeout,
        };
        if (file.CreateDirectory && TryParseOctal(file.Permissions, out int mode))
            options = options with { DirectoryPermissions = (UnixFileMode)mode };
        var place = block.Statement.Span.Report(DiagnosticSeverity.Error, "");
        pipeline.Stores.Add(new StoreDeclaration
        {
            ComponentId = block.Id,
            Place = FormattableString.Invariant($"{place.File}:{place.Line}:{place.Column}"),
            Sqlite = options,
        });
        return null;
    }

    // as in the Collector: the permissions of a directory that is not made are not looked at
    private static string? CheckPermissions(Arguments file)
    {
        if (!file.CreateDirectory)
            return null;
        if (!TryParseOctal(file.Permissions, out int mode))
            return "directory_permissions value must be a valid octal representation";
        return (mode & ~0x1ff) == 0 ? null : "directory_permissions contain invalid bits for file access";
    }

    private static bool TryParseOctal(string text, out int mode)
    {
        mode = 0;
        foreach (char digit in text)
        {
            if (digit is < '0' or > '7' || mode >= 1 << 28)
                return false;
            mode = (mode * 8) + (digit - '0');
        }

        return text.Length > 0;
    }

    public sealed record Arguments
    {
        public string Directory { get; init; } = "";

        public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

        public bool Fsync { get; init; }

        public bool CreateDirectory { get; init; } = true;

        public string Permissions { get; init; } = "0750";
    }
}
