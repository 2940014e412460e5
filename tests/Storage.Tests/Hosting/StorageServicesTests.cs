using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansLb.Storage.Hosting;
using OrleansLb.Storage.Tests.Kit;
using OrleansLb.Storage.Tests.Sqlite;
using OrleansLb.Testing.Grains;

namespace OrleansLb.Storage.Tests.Hosting;

public sealed class StorageServicesTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    [Fact]
    public async Task A_store_is_found_by_its_name_and_closed_with_the_host()
    {
        var state = new GrainState<KitState>(new KitState { Number = 5 });
        using (var host = Host(services => services.AddSqliteGrainStorage("one", _folder.Options)))
        {
            await host.StartAsync();
            await host.Services.GetRequiredKeyedService<IGrainStorage>("one").WriteStateAsync("state", GrainId.Create("kit", "a"), state);
            Assert.Null(host.Services.GetKeyedService<IGrainStorage>("two"));
            await host.StopAsync();
        }

        await AssertFiveIsStoredAsync();
    }

    [Fact]
    public async Task A_store_that_cannot_be_opened_keeps_the_host_from_starting()
    {
        using var host = Host(services => services.AddSqliteGrainStorage("one", _folder.Options with { Directory = "/proc/self" }));

        var exception = await Assert.ThrowsAsync<StorageOpenException>(() => host.StartAsync());

        Assert.Contains("/proc/self", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_the_program_can_do_without_is_used_where_it_can_be()
    {
        using (var host = Host(services => services.AddSqliteGrainStorage("one", _folder.Options, "other")))
        {
            await host.StartAsync();
            await host.Services.GetRequiredKeyedService<IGrainStorage>("one")
                .WriteStateAsync("state", GrainId.Create("kit", "a"), new GrainState<KitState>(new KitState { Number = 5 }));
            await host.StopAsync();
        }

        await AssertFiveIsStoredAsync();
    }

    [Fact]
    public async Task Another_store_stands_in_for_one_that_the_program_can_do_without()
    {
        var other = new MemoryStore();
        using var host = Host(services => services.AddKeyedSingleton<IGrainStorage>("other", other)
            .AddSqliteGrainStorage("one", _folder.Options with { Directory = "/proc/self" }, "other"));

        await host.StartAsync();

        Assert.Same(other, host.Services.GetRequiredKeyedService<IGrainStorage>("one"));
    }

    public void Dispose() => _folder.Dispose();

    private async Task AssertFiveIsStoredAsync()
    {
        await using var reopened = await _folder.OpenAsync();
        var read = new GrainState<KitState>();
        await reopened.ReadStateAsync("state", GrainId.Create("kit", "a"), read);
        Assert.Equal(5, read.State!.Number);
    }

    private static IHost Host(Action<IServiceCollection> configure)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        configure(builder.Services);
        return builder.Build();
    }
}
