// dotnet run -c Release --project bench/Micro -- --filter "*Split*"
using BenchmarkDotNet.Running;

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
