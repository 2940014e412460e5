using System.Text;

namespace OrleansLb.Configuration.Tests.Loading;

public sealed class FileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orleanslb-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_directory_is_one_configuration_of_its_alloy_files()
    {
        Write("b.alloy", "otelcol.exporter.debug \"d\" {}");
        Write("a.alloy", "otelcol.receiver.otlp \"in\" { output { traces = [otelcol.exporter.debug.d.input] } }");
        Write("c.river", "syntax error");
        _folder.CreateSubdirectory("sub");
        Write("sub/d.alloy", "syntax error");

        var result = ConfigurationLoader.LoadFile(_folder.FullName);

        Assert.Empty(result.Diagnostics);
        Assert.Single(result.Configuration!.Receivers);
        Assert.Single(result.Configuration.DebugExporters);
    }

    [Fact]
    public void Diagnostics_of_a_directory_name_the_file()
    {
        Write("a.alloy", "otelcol.exporter.debug \"d\" {}");
        string second = Write("b.alloy", "\notelcol.exporter.debug \"d\" {}");

        var diagnostic = Assert.Single(ConfigurationLoader.LoadFile(_folder.FullName).Diagnostics);

        Assert.Equal(second, diagnostic.File);
        Assert.Equal($"block otelcol.exporter.debug.d already declared at {Path.Combine(_folder.FullName, "a.alloy")}:1:1", diagnostic.Message);
    }

    [Fact]
    public void The_ending_of_a_files_name_does_not_matter() =>
        Assert.NotNull(ConfigurationLoader.LoadFile(Write("a.river", "")).Configuration);

    [Fact]
    public void A_file_that_is_not_there_is_an_error()
    {
        string path = Path.Combine(_folder.FullName, "missing.alloy");
        var result = ConfigurationLoader.LoadFile(path);

        Assert.Null(result.Configuration);
        Assert.Empty(result.Diagnostics);
        Assert.StartsWith($"reading config path \"{path}\": ", result.ReadFailure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x61, 0 }, "f:1:1: configuration is encoded with UTF-16LE but must be utf8")]
    [InlineData(new byte[] { 0xFE, 0xFF, 0, 0x61 }, "f:1:1: configuration is encoded with UTF-16BE but must be utf8")]
    [InlineData(new byte[] { 0xFF, 0xFE, 0, 0 }, "f:1:1: configuration is encoded with UTF-32LE but must be utf8")]
    [InlineData(new byte[] { 0, 0, 0xFE, 0xFF }, "f:1:1: configuration is encoded with UTF-32BE but must be utf8")]
    [InlineData(new byte[] { 0x2F, 0x2F, 0x0A, 0x20, 0xC3 }, "f:2:2: unknown encoding for config")]
    [InlineData(new byte[] { 0x2F, 0x2F, 0x00 }, "f:1:3: illegal character NUL")]
    public void Only_utf8_is_read(byte[] source, string expected) =>
        Assert.Equal(expected, ConfigurationLoader.Load("f", source).Diagnostics[0].ToString());

    [Fact]
    public void A_byte_order_mark_at_the_start_is_accepted() =>
        Assert.NotNull(ConfigurationLoader.Load("f", Encoding.UTF8.GetBytes("\uFEFFlogging {}")).Configuration);

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
