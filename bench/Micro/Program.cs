// One feature, measured with care:  dotnet run -c Release --project bench/Micro -- --filter '*Split*'
// All of it, in a few minutes:      dotnet run -c Release --project bench/Micro -- --filter '*' --job short
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

// In this process: the projects that BenchmarkDotNet would generate and build otherwise do not find ours, whose assembly has another name than its file.
const string InProcess = "--inProcess";
const int ParameterWidth = 40;
var config = DefaultConfig.Instance.WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(ParameterWidth));
BenchmarkSwitcher.FromAssembly(System.Reflection.Assembly.GetExecutingAssembly()).Run(args.Contains(InProcess) ? args : [.. args, InProcess], config);
