using System.Text;
using Microsoft.AspNetCore.Http;
using OrleansLb.Silo.Admin;

namespace OrleansLb.Silo.Tests.Admin;

public sealed class BasicLoginTests
{
    private readonly BasicLogin _login = new("ops", "a:ü");

    [Theory]
    [InlineData("Basic ")]
    [InlineData("basic ")]
    public void The_right_name_and_password_are_admitted(string scheme) => Assert.True(Logins.Admits(_login, scheme + Logins.Basic("ops:a:ü")["Basic ".Length..]));

    [Theory]
    [InlineData("ops:a")]
    [InlineData("ops:a:ü ")]
    [InlineData("Ops:a:ü")]
    [InlineData("ops")]
    [InlineData("")]
    public void Anything_else_is_not(string credentials) => Assert.False(Logins.Admits(_login, Logins.Basic(credentials)));

    [Theory]
    [InlineData("")]
    [InlineData("Basic")]
    [InlineData("Basic !!!")]
    [InlineData("Bearer b3BzOmE=")]
    public void Nor_is_what_is_no_basic_authentication(string header) => Assert.False(Logins.Admits(_login, header));

    [Fact]
    public void Who_is_not_admitted_is_told_how_to_ask()
    {
        var context = new DefaultHttpContext();

        Assert.False(_login.Admits(context));
        Assert.Equal(401, context.Response.StatusCode);
        Assert.Equal("Basic realm=\"orleanslb\", charset=\"UTF-8\"", context.Response.Headers.WWWAuthenticate.ToString());
    }
}

/// <summary>Asks a login as a browser does.</summary>
internal static class Logins
{
    public static string Basic(string credentials) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials));

    public static bool Admits(BasicLogin login, string header) => login.Admits(new DefaultHttpContext { Request = { Headers = { Authorization = header } } });
}
