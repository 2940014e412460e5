using OrleansLb.Grains.Options;
using OrleansLb.Silo.Hosting;

namespace OrleansLb.Silo.Tests.Hosting;

public sealed class ExporterCatalogTests
{
    [Fact]
    public void The_catalog_knows_its_exporters_and_no_others()
    {
        var options = new LoadBalancingOptions { ComponentId = "a", Resolver = new ResolverOptions.Static(["h"]) };
        var catalog = new ExporterCatalog([options]);
        Assert.Same(options, catalog.Get("a"));
        Assert.Equal(["a"], catalog.ComponentIds);
        Assert.Throws<KeyNotFoundException>(() => catalog.Get("A"));
    }
}
