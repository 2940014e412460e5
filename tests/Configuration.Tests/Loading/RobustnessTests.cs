using System.Text;
using Xunit.Abstractions;

namespace OrleansLb.Configuration.Tests.Loading;

/// <summary>Whatever the bytes, loading ends with a configuration or with diagnostics that have a place; never with an exception.</summary>
public sealed class RobustnessTests(ITestOutputHelper log)
{
    private static readonly string[] s_fragments =
    [
        "{", "}", "[", "]", "(", ")", "=", "\"", "`", "'", "\\", "\n", "//", "/*", "*/", ",", ".", "-", "!", "^", "null", "true", "1e", "010",
        "otelcol.exporter.debug", "\"d\"", "input", "client", "\0", "\uFEFF", "ä", "\u0301", "\"\\x\"", "\"\\xff\"", "||", "sys.env(\"X\")", "0.5", "5s",
    ];

    [Fact]
    public void Random_bytes_are_answered()
    {
        var random = Seeded();
        for (int i = 0; i < 1_000; i++)
        {
            byte[] source = new byte[random.Next(200)];
            random.NextBytes(source);
            Check(source);
        }
    }

    [Fact]
    public void Random_fragments_are_answered()
    {
        var random = Seeded();
        for (int i = 0; i < 1_000; i++)
        {
            var source = new StringBuilder();
            for (int n = random.Next(40); n > 0; n--)
                source.Append(s_fragments[random.Next(s_fragments.Length)]).Append(random.Next(3) == 0 ? " " : "");
            Check(Encoding.UTF8.GetBytes(source.ToString()));
        }
    }

    [Fact]
    public void Mutated_configurations_are_answered()
    {
        var random = Seeded();
        byte[][] originals =
        [
            .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Examples")).Order(StringComparer.Ordinal).Select(File.ReadAllBytes),
        ];
        for (int i = 0; i < 1_000; i++)
        {
            var source = new List<byte>(originals[random.Next(originals.Length)]);
            for (int n = 1 + random.Next(4); n > 0; n--)
                Mutate(source, random);
            Check([.. source]);
        }
    }

    private static void Mutate(List<byte> source, Random random)
    {
        int at = random.Next(source.Count);
        switch (random.Next(4))
        {
            case 0: source[at] = (byte)random.Next(256); break;
            case 1: source.RemoveRange(at, Math.Min(random.Next(20), source.Count - at)); break;
            case 2: source.InsertRange(at, Encoding.UTF8.GetBytes(s_fragments[random.Next(s_fragments.Length)])); break;
            default: source.InsertRange(at, source.GetRange(at, Math.Min(random.Next(40), source.Count - at))); break;
        }

        if (source.Count == 0)
            source.Add((byte)'\n');
    }

    private static void Check(byte[] source)
    {
        LoadResult result;
        try
        {
            result = ConfigurationLoader.Load("f", source);
            result.PrintDiagnostics(new StringWriter());
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"this source is not survived: {Convert.ToBase64String(source)}", exception);
        }

        Assert.Equal(result.Configuration is null, result.Diagnostics.Count > 0);
        foreach (var diagnostic in result.Diagnostics)
        {
            Assert.True(diagnostic is { File: "f", Line: >= 1, Column: >= 1 } && diagnostic.Message.Length > 0, diagnostic.ToString());
            Assert.True(diagnostic.EndLine == 0 || (diagnostic.EndLine, diagnostic.EndColumn).CompareTo((diagnostic.Line, diagnostic.Column)) >= 0);
        }
    }

    private Random Seeded()
    {
        int seed = Random.Shared.Next();
        log.WriteLine($"seed {seed}");
        return new Random(seed);
    }
}
