namespace OrleansLb.Silo.Demo;

/// <summary>Colours for a terminal, or none.</summary>
internal sealed class Palette(bool enabled)
{
    private static readonly string[] Bars = ["36", "35", "33", "34", "32", "31"];

    public string Bold(string text) => Wrap("1", text);

    public string Dim(string text) => Wrap("2", text);

    public string Good(string text) => Wrap("1;32", text);

    public string Bad(string text) => Wrap("1;31", text);

    public string Accent(string text) => Wrap("1;36", text);

    /// <summary>The colour of the n-th backend.</summary>
    public string Backend(int index, string text) => Wrap(Bars[index % Bars.Length], text);

    private string Wrap(string code, string text) => enabled ? $"\e[{code}m{text}\e[0m" : text;
}
