// One feature, measured with care:  dotnet run -c Release --project bench/Micro -- --filter '*Split*'
// All of it, in a few minutes:      dotnet run -c Release --project bench/Micro -- --filter '*' --job short --inProcess
// (--inProcess spares the build of a project per benchmark.)
using BenchmarkDotNet.Running;

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
