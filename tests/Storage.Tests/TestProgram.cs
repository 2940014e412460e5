namespace OrleansLb.Storage.Tests;

/// <summary>What runs when a test starts its own assembly as a program.</summary>
internal static class TestProgram
{
    public static Task<int> Main(string[] arguments) => arguments switch
    {
        ["write", var directory] => Sqlite.WritingProcess.RunAsync(directory),
        ["fill", var directory] => Sqlite.FillingProcess.RunAsync(directory),
        _ => Task.FromResult(2),
    };
}
