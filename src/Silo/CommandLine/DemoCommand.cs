using System.CommandLine;

namespace OrleansLb.Silo.CommandLine;

/// <summary>The command line of <c>orleanslb demo</c>.</summary>
internal static class DemoCommand
{
    private const int MostBackends = 50;
    private const int MostSilos = 10;

    public static Command Create(Func<DemoOptions, CancellationToken, Task<int>> handler)
    {
        var defaults = new DemoOptions();
        var duration = DurationOption.Create("--duration", "How long traces are sent", defaults.Duration, TimeSpan.FromSeconds(1));
        var backends = new Option<int>("--backends")
        {
            Description = "How many backends to start",
            HelpName = "N",
            DefaultValueFactory = _ => defaults.Backends,
        }.Checked(static count => count is >= 1 and <= MostBackends ? null : $"--backends must be from 1 to {MostBackends}, not {count}");
        var silos = new Option<int>("--silos")
        {
            Description = "How many balancers to start; more than one are a cluster, and one of them is killed half-way",
            HelpName = "N",
            DefaultValueFactory = _ => defaults.Silos,
        }.Checked(static count => count is >= 1 and <= MostSilos ? null : $"--silos must be from 1 to {MostSilos}, not {count}");
        var rate = new Option<int>("--rate")
        {
            Description = "Spans per second",
            HelpName = "N",
            DefaultValueFactory = _ => defaults.Rate,
        }.Checked(static perSecond => perSecond >= 100 ? null : $"--rate must be at least 100 spans per second, not {perSecond}");
        var scaleEvent = new Option<bool>("--scale-event")
        {
            Description = "Use a dns resolver, add a backend after a third of the time and remove one after two thirds, and show which share of keys moved",
        };

        var handover = DurationOption.Create("--handover-window", "With --scale-event, how long traces that were seen before a change stay where they are", TimeSpan.Zero);

        var command = new Command("demo", "Show a balancer at work: real backends, real traffic, a live table and a verdict")
        {
            duration, backends, silos, rate, scaleEvent, handover,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(handover) is { Implicit: false } && !result.GetValue(scaleEvent))
                result.AddError("--handover-window needs --scale-event: without it no key moves");
            if (result.GetValue(silos) > 1 && result.GetValue(scaleEvent))
                result.AddError("--silos and --scale-event exclude each other: each shows one change at a time");
        });
        command.SetAction((arguments, cancellationToken) => handler(
            new DemoOptions
            {
                Duration = arguments.GetValue(duration) ?? defaults.Duration,
                Backends = arguments.GetRequiredValue(backends),
                Silos = arguments.GetRequiredValue(silos),
                Rate = arguments.GetRequiredValue(rate),
                ScaleEvent = arguments.GetValue(scaleEvent),
                HandoverWindow = arguments.GetValue(handover) ?? TimeSpan.Zero,
            },
            cancellationToken));
        return command;
    }
}
