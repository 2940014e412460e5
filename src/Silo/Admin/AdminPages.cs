using Microsoft.AspNetCore.Http;
using OrleansLb.Silo.Telemetry;

namespace OrleansLb.Silo.Admin;

/// <summary>The pages of the admin listener. Paths and answers are Alloy's where it has them.</summary>
internal sealed class AdminPages(Readiness readiness, MetricsRegistry metrics, HotKeyBoard hotKeys, Dashboard? dashboard = null)
{
    private const string PlainText = "text/plain; charset=utf-8";
    private const string Json = "application/json";

    public Task ServeAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/-/ready" => ReadyAsync(context),
        "/-/healthy" => AnswerAsync(context, StatusCodes.Status200OK, "All orleanslb components are healthy.\n"),
        "/-/reload" => AnswerAsync(context, StatusCodes.Status501NotImplemented, "reloading the configuration is not supported yet\n"),
        "/-/hot-keys" => HotKeysAsync(context),
        "/metrics" => MetricsAsync(context),
        _ when dashboard is not null && context.Request.Path.StartsWithSegments(Dashboard.Path) => dashboard.ServeAsync(context),
        _ => AnswerAsync(context, StatusCodes.Status404NotFound, "404 page not found\n"),
    };

    private Task ReadyAsync(HttpContext context)
    {
        // once, so that status and text say the same
        bool ready = readiness.IsReady;
        int status = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return context.Request.Query.ContainsKey("verbose")
            ? AnswerAsync(context, status, ReadinessDocument.Json(ready, readiness.Exporters), Json)
            : AnswerAsync(context, status, ready ? "orleanslb is ready.\n" : "orleanslb is not ready.\n");
    }

    private Task MetricsAsync(HttpContext context)
    {
        var text = new PrometheusText();
        ProcessMetrics.WriteTo(text);
        metrics.WriteTo(text);
        return AnswerAsync(context, StatusCodes.Status200OK, text.ToString(), PrometheusText.ContentType);
    }

    private Task HotKeysAsync(HttpContext context) => WantsJson(context.Request)
        ? AnswerAsync(context, StatusCodes.Status200OK, HotKeyPage.Json(hotKeys.Reports()), Json)
        : AnswerAsync(context, StatusCodes.Status200OK, HotKeyPage.Text(hotKeys.Reports()));

    private static bool WantsJson(HttpRequest request) =>
        request.Query["format"] == "json" || request.Headers.Accept.ToString().Contains(Json, StringComparison.OrdinalIgnoreCase);

    private static Task AnswerAsync(HttpContext context, int status, string text, string contentType = PlainText)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
