using System.Diagnostics;
using System.Reflection;

namespace OrleansLb.Silo.Demo;

/// <summary>How this program starts itself again, however it was started: as <c>orleanslb</c>, by <c>dotnet run</c> or as <c>dotnet orleanslb.dll</c>.</summary>
internal static class SelfInvocation
{
    public static ProcessStartInfo Of(IEnumerable<string> arguments)
    {
        string program = Environment.ProcessPath ?? throw new InvalidOperationException("the path of this program is not known");
        var start = new ProcessStartInfo(program);
        if (Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
            start.ArgumentList.Add(Assembly.GetExecutingAssembly().Location);
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        return start;
    }
}
