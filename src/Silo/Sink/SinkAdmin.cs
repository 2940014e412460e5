using System.Globalization;

namespace OrleansLb.Silo.Sink;

/// <summary>
/// The admin pages of a sink: <c>/stats</c> (JSON), <c>/traces[?port=N]</c> (binary, see <see cref="TraceLedger.Snapshot"/>;
/// of all endpoints one after the other, or of one) and <c>POST /reset</c>.
/// </summary>
internal sealed class SinkAdmin(SinkEndpoints endpoints)
{
    public async Task HandleAsync(HttpContext context)
    {
        switch (context.Request.Path.Value)
        {
            case "/stats":
                await context.Response.WriteAsJsonAsync(endpoints.Read(), SinkJson.Default.SinkStats).ConfigureAwait(false);
                break;
            case "/traces":
                await WriteTracesAsync(context).ConfigureAwait(false);
                break;
            case "/reset" when HttpMethods.IsPost(context.Request.Method):
                endpoints.Reset();
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private async Task WriteTracesAsync(HttpContext context)
    {
        string? port = context.Request.Query["port"];
        context.Response.ContentType = "application/octet-stream";
        foreach (var endpoint in endpoints.All)
        {
            if (endpoint.Tally.Traces is not { } ledger)
                continue;
            if (port is null || port == endpoint.Port.ToString(CultureInfo.InvariantCulture))
                await context.Response.BodyWriter.WriteAsync(ledger.Snapshot(), context.RequestAborted).ConfigureAwait(false);
        }
    }
}
