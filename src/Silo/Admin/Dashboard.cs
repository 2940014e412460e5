using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dashboard;

namespace OrleansLb.Silo.Admin;

/// <summary>Orleans' dashboard on the admin listener, which is there before the silo is and has services of its own.</summary>
internal sealed class Dashboard(BasicLogin? login)
{
    public const string Path = "/dashboard";

    private volatile RequestDelegate? _pages;

    /// <summary>Shows the silo of these services from now on.</summary>
    public void Show(IServiceProvider silo)
    {
        var application = new ApplicationBuilder(silo);
        application.UseRouting();
        application.UseEndpoints(static endpoints => endpoints.MapOrleansDashboard(Path));
        var pages = application.Build();
        _pages = async context =>
        {
            // what the pages ask for are the silo's services, not the listener's
            await using var scope = silo.CreateAsyncScope();
            context.RequestServices = scope.ServiceProvider;
            await pages(context).ConfigureAwait(false);
        };
    }

    public Task ServeAsync(HttpContext context)
    {
        if (login is not null && !login.Admits(context))
            return Task.CompletedTask;
        if (_pages is { } pages)
            return pages(context);
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    }
}
