using OrleansLb.Grains.Membership;
using OrleansLb.Grains.Options;
using OrleansLb.Otlp;
using OrleansLb.Otlp.Splitting;

namespace OrleansLb.Silo.CommandLine;

/// <summary>What <c>orleanslb route</c> was asked for.</summary>
internal sealed record RouteOptions
{
    /// <summary>The configuration whose exporter is asked; null when <see cref="Endpoints"/> are given.</summary>
    public string? ConfigurationPath { get; init; }

    /// <summary>Label or component ID of the exporter; null when the configuration has only one.</summary>
    public string? Exporter { get; init; }

    /// <summary>A hosts file that answers the dns resolver in place of the system; null for the system's own.</summary>
    public string? HostsFile { get; init; }

    /// <summary>The backends, when there is no configuration.</summary>
    public IReadOnlyList<Backend> Endpoints { get; init; } = [];

    /// <summary>The ring of <see cref="Endpoints"/>.</summary>
    public RingKind Ring { get; init; }

    /// <summary>Which bytes keys yield; null for those that belong to the ring.</summary>
    public IdentifierDialect? Identifiers { get; init; }

    /// <summary>The signal of the items that are asked about.</summary>
    public Signal Signal { get; init; }

    /// <summary>The key to look up; null when the questions come from standard input.</summary>
    public RouteQuestion? Question { get; init; }

    /// <summary>Answer in JSON, one object a line.</summary>
    public bool Json { get; init; }
}
