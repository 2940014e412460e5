using System.Buffers;
using System.Text;
using OrleansLb.Configuration.Diagnostics;
using OrleansLb.Configuration.Syntax;

namespace OrleansLb.Configuration.Loading;

/// <summary>Finds and reads the files of a configuration, and checks that they are UTF-8.</summary>
internal static class ConfigurationFiles
{
    /// <summary>A file by itself whatever its name ends in; of a directory every <c>*.alloy</c> directly in it, sorted.</summary>
    /// <exception cref="IOException">Something cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Something may not be read.</exception>
    public static IReadOnlyList<(string Name, byte[] Bytes)> Read(string path)
    {
        if (!Directory.Exists(path))
            return [(path, File.ReadAllBytes(path))];

        string[] names = Directory.GetFiles(path, "*.alloy");
        Array.Sort(names, StringComparer.Ordinal);
        return [.. names.Select(name => (name, File.ReadAllBytes(name)))];
    }

    /// <summary>What is wrong with the encoding of a file; null when nothing is.</summary>
    public static Diagnostic? CheckEncoding(SourceFile file)
    {
        if (OtherEncoding(file.Bytes) is { } encoding)
            return At(file, 0, $"configuration is encoded with {encoding} but must be utf8");

        var rest = file.Bytes;
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(rest, out _, out int width) != OperationStatus.Done)
                return At(file, file.Bytes.Length - rest.Length, "unknown encoding for config");
            rest = rest[width..];
        }

        return null;
    }

    private static string? OtherEncoding(ReadOnlySpan<byte> bytes)
    {
        // UTF-32's little-endian mark begins with UTF-16's.
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE, 0, 0]))
            return "UTF-32LE";
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0, 0, 0xFE, 0xFF]))
            return "UTF-32BE";
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
            return "UTF-16LE";
        return bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? "UTF-16BE" : null;
    }

    private static Diagnostic At(SourceFile file, int offset, string message) =>
        new SourceSpan(file, offset, offset).Error(message);
}
