using OrleansLb.Clustering.Settings;
using OrleansLb.Configuration;
using OrleansLb.Silo.Admin;
using OrleansLb.Silo.CommandLine;

namespace OrleansLb.Silo.Tests.Admin;

public sealed class DashboardPlanTests
{
    [Fact]
    public void It_is_off_unless_the_block_or_the_flag_wants_it()
    {
        Assert.False(DashboardPlan.Of(new ProcessOptions(), Options()).IsOn);
        Assert.True(DashboardPlan.Of(new ProcessOptions { Dashboard = true }, Options()).IsOn);
        Assert.True(DashboardPlan.Of(new ProcessOptions(), Options() with { Dashboard = true }).IsOn);
    }

    [Fact]
    public void A_process_without_a_silo_refuses_the_flag_and_passes_over_the_block_that_all_roles_share()
    {
        var ingress = Options() with { Role = ProcessRole.Ingress };

        string fault = Assert.Single(DashboardPlan.Of(new ProcessOptions(), ingress with { Dashboard = true }).Faults);
        Assert.Equal("command line: --dashboard: --role=ingress hosts no silo; processes of the roles all and silo have the dashboard", fault);
        var plan = DashboardPlan.Of(new ProcessOptions { Dashboard = true }, ingress);
        Assert.Empty(plan.Faults);
        Assert.True(plan is { IsOn: false, IsForSilosOnly: true });
    }

    [Fact]
    public void A_password_file_ends_with_a_new_line_or_without_one_and_must_be_readable()
    {
        string path = Path.GetTempFileName();
        try
        {
            var process = new ProcessOptions { Dashboard = true, DashboardLogin = new DashboardLogin { Username = "u", PasswordFile = path } };
            Assert.Equal($"dashboard_auth: password_file: {path} is empty", Assert.Single(DashboardPlan.Of(process, Options()).Faults));
            File.WriteAllText(path, " p \n");
            var plan = DashboardPlan.Of(process, Options());
            Assert.Empty(plan.Faults);
            Assert.True(Logins.Admits(plan.Login!, Logins.Basic("u: p ")));
        }
        finally
        {
            File.Delete(path);
        }

        var missing = new ProcessOptions { Dashboard = true, DashboardLogin = new DashboardLogin { Username = "u", PasswordFile = path } };
        var refused = DashboardPlan.Of(missing, Options());
        Assert.StartsWith("dashboard_auth: password_file: ", Assert.Single(refused.Faults), StringComparison.Ordinal);
        Assert.False(refused.IsOn);
    }

    [Fact]
    public void A_password_of_the_configuration_is_the_one_that_is_asked_for()
    {
        var process = new ProcessOptions { Dashboard = true, DashboardLogin = new DashboardLogin { Username = "u", Password = new Secret("p") } };

        Assert.True(Logins.Admits(DashboardPlan.Of(process, Options()).Login!, Logins.Basic("u:p")));
    }

    private static RunOptions Options() => new() { ConfigurationPath = "x.alloy" };
}
