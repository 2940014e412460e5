using static OrleansLb.Configuration.Tests.Configurations;

namespace OrleansLb.Configuration.Tests.Loading;

public sealed class GraphTests
{
    [Fact]
    public void References_do_not_depend_on_the_order_of_the_source()
    {
        const string Receiver = "otelcol.receiver.otlp \"in\" { output { traces = [otelcol.exporter.debug.d.input] } }\n";
        const string Exporter = "otelcol.exporter.debug \"d\" { }\n";

        foreach (string source in new[] { Receiver + Exporter, Exporter + Receiver })
            Assert.Equal(["otelcol.exporter.debug.d"], Assert.Single(Valid(source).Receivers).Traces);
    }

    [Fact]
    public void Several_receivers_and_exporters_keep_their_order_and_wiring()
    {
        var pipeline = Valid(
            Balancer() + Balancer().Replace("\"lb\"", "\"second\"", StringComparison.Ordinal)
            + "otelcol.receiver.otlp \"one\" { output { traces = [otelcol.exporter.loadbalancing.lb.input, otelcol.exporter.loadbalancing.second.input] } }\n"
            + "otelcol.receiver.otlp \"two\" { output { logs = [otelcol.exporter.loadbalancing.second.input] } }\n");

        Assert.Equal(["otelcol.exporter.loadbalancing.lb", "otelcol.exporter.loadbalancing.second"], pipeline.LoadBalancers.Select(b => b.ComponentId));
        Assert.Equal(["otelcol.receiver.otlp.one", "otelcol.receiver.otlp.two"], pipeline.Receivers.Select(r => r.ComponentId));
        Assert.Equal(2, pipeline.Receivers[0].Traces.Count);
        Assert.Equal(["otelcol.exporter.loadbalancing.second"], pipeline.Receivers[1].Logs);
    }

    [Theory]
    [InlineData("otelcol.exporter.debug.x.input", "t.alloy:2:20: component \"otelcol.exporter.debug.x.input\" does not exist or is out of scope")]
    [InlineData("otelcol.exporter.debug.d.output", "t.alloy:2:20: field \"output\" does not exist")]
    [InlineData("otelcol.exporter.debug.d", "t.alloy:2:20: otelcol.exporter.debug.d expected capsule(\"otelcol.Consumer\"), got object")]
    [InlineData("otelcol.exporter.debug.d.input.x", "t.alloy:2:20: cannot access field \"x\" on value of type capsule")]
    [InlineData("\"d\"", "t.alloy:2:20: \"d\" expected capsule(\"otelcol.Consumer\"), got string")]
    [InlineData("otelcol.receiver.otlp.in.input", "t.alloy:2:20: cannot reference self")]
    public void Bad_references_are_named(string reference, string expected) => Assert.Equal(
        [expected],
        Errors($"otelcol.receiver.otlp \"in\" {{\noutput {{ traces = [{reference}] }}\n}}\notelcol.exporter.debug \"d\" {{ }}\n"));

    [Fact]
    public void An_input_is_no_text() => Assert.Equal(
        ["t.alloy:2:15: otelcol.exporter.debug.d.input should be string, got capsule"],
        Errors("otelcol.exporter.debug \"e\" {\n  verbosity = otelcol.exporter.debug.d.input\n}\notelcol.exporter.debug \"d\" { }\n"));

    [Fact]
    public void Components_are_known_labelled_and_unique()
    {
        Assert.Equal(["t.alloy:1:1: cannot find the definition of component name \"otelcol.exporter.foo\""], Errors("otelcol.exporter.foo \"x\" {}"));
        Assert.Equal(["t.alloy:1:1: component \"otelcol.exporter.debug\" must have a label"], Errors("otelcol.exporter.debug {}"));
        Assert.Equal(
            ["t.alloy:2:1: block otelcol.exporter.debug.d already declared at t.alloy:1:1"],
            Errors("otelcol.exporter.debug \"d\" {}\notelcol.exporter.debug \"d\" {}"));
        Assert.Equal(["t.alloy:2:1: block logging already declared at t.alloy:1:1"], Errors("logging {}\nlogging {}"));
        Assert.Equal(["t.alloy:1:1: block \"logging\" does not support specifying labels"], Errors("logging \"x\" {}"));
        Assert.Equal(["t.alloy:1:1: unrecognized attribute a"], Errors("a = 1"));
    }

    [Fact]
    public void Stability_is_checked_when_a_level_is_given()
    {
        const string Source = "otelcol.exporter.debug \"d\" {}";

        Assert.NotNull(Load(Source).Configuration);
        Assert.NotNull(Load(Source, StabilityLevel.Experimental).Configuration);
        foreach (var level in new[] { StabilityLevel.PublicPreview, StabilityLevel.GenerallyAvailable })
        {
            Assert.Equal(
                [$"t.alloy:1:1: component \"otelcol.exporter.debug\" is at stability level \"experimental\", which is below the minimum allowed stability level \"{level.Display()}\". Use --stability.level command-line flag to enable \"experimental\" features"],
                Errors(Source, level));
        }
    }

    [Theory]
    [InlineData("experimental", StabilityLevel.Experimental)]
    [InlineData("public-preview", StabilityLevel.PublicPreview)]
    [InlineData("generally-available", StabilityLevel.GenerallyAvailable)]
    public void Stability_levels_have_names(string name, StabilityLevel expected)
    {
        Assert.True(StabilityLevels.TryParse(name, out var level));
        Assert.Equal(expected, level);
        Assert.False(StabilityLevels.TryParse(name.ToUpperInvariant(), out _));
    }

    [Fact]
    public void Errors_of_all_components_are_collected() => Assert.Equal(
        ["t.alloy:1:30: unrecognized attribute name \"x\"", "t.alloy:2:30: unrecognized attribute name \"y\""],
        Errors("otelcol.exporter.debug \"d\" { x = 1 }\notelcol.exporter.debug \"e\" { y = 1 }"));
}
