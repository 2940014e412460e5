using static OrleansLb.Configuration.Tests.Configurations;

namespace OrleansLb.Configuration.Tests.Components;

/// <summary>The block <c>orleanslb</c>, which is ours.</summary>
public sealed class ProcessBlockTests
{
    [Fact]
    public void A_file_that_does_not_have_it_means_what_it_means_to_Alloy() => Assert.Null(Valid("").Process.MemoryLimit);

    [Theory]
    [InlineData("orleanslb { }")]
    [InlineData("orleanslb { memory_limit = null }")]
    public void Without_a_memory_limit_the_default_holds(string source) => Assert.Null(Valid(source).Process.MemoryLimit);

    [Theory]
    [InlineData("512MiB", 512L << 20, 0)]
    [InlineData("2GB", 2L << 30, 0)]
    [InlineData("1GiB512MiB", 1536L << 20, 0)]
    [InlineData("75%", 0, 0.75)]
    [InlineData("12.5%", 0, 0.125)]
    public void A_memory_limit_is_a_size_or_a_share(string text, long bytes, double share) =>
        Assert.Equal(new MemoryLimit(bytes, share), Valid($"orleanslb {{ memory_limit = \"{text}\" }}").Process.MemoryLimit);

    [Theory]
    [InlineData("\"64MiB\"", "64MiB is too little: at least 256MiB are needed")]
    [InlineData("\"0%\"", "0% is no percentage above 0% and up to 100%")]
    [InlineData("\"101%\"", "101% is no percentage above 0% and up to 100%")]
    [InlineData("\"-5%\"", "-5% is no percentage above 0% and up to 100%")]
    [InlineData("\"much\"", "units: invalid much: expected a size like 512MiB, or a share like 75%")]
    [InlineData("true", "should be string, got bool")]
    public void What_is_no_memory_limit_is_an_error_at_its_place(string value, string message)
    {
        string error = Assert.Single(Errors($"orleanslb {{\n  memory_limit = {value}\n}}"));

        Assert.StartsWith("t.alloy:2:18: ", error, StringComparison.Ordinal);
        Assert.EndsWith(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_dashboard_is_off_unless_it_is_switched_on()
    {
        Assert.False(Valid("orleanslb { }").Process.Dashboard);
        Assert.True(Valid("orleanslb { dashboard = true }").Process.Dashboard);
        Assert.Null(Valid("orleanslb { dashboard = true }").Process.DashboardLogin);
    }

    [Theory]
    [InlineData("password = \"a:b\"", "a:b", null)]
    [InlineData("password_file = \"f\"", null, "f")]
    [InlineData("password = \"\"\npassword_file = \"f\"", null, "f")]
    public void The_dashboard_may_ask_for_a_name_and_a_password(string body, string? password, string? file)
    {
        var login = Valid($"orleanslb {{\n dashboard_auth {{\n username = \"ops\"\n {body}\n }}\n}}").Process.DashboardLogin!;

        Assert.Equal("ops", login.Username);
        Assert.Equal(password, login.Password?.Value);
        Assert.Equal(file, login.PasswordFile);
        Assert.DoesNotContain("a:b", login.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("password = \"p\"", "missing required attribute \"username\"")]
    [InlineData("username = \"\"\npassword = \"p\"", "username must not be empty and must not contain a colon")]
    [InlineData("username = \"a:b\"\npassword = \"p\"", "username must not be empty and must not contain a colon")]
    [InlineData("username = \"u\"", "exactly one of password and password_file must be given")]
    [InlineData("username = \"u\"\npassword = \"p\"\npassword_file = \"f\"", "exactly one of password and password_file must be given")]
    public void A_login_that_nobody_could_use_is_an_error(string body, string message) =>
        Assert.EndsWith(message, Assert.Single(Errors($"orleanslb {{\n dashboard_auth {{\n {body}\n }}\n}}")), StringComparison.Ordinal);
}
