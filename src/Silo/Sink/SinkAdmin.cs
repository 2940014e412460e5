using System.Globalization;

namespace OrleansLb.Silo.Sink;

/// <summary>
/// The admin pages of a sink: <c>/stats</c> (JSON), <c>/traces[?port=N]</c> (binary, see <see cref="TraceLedger.Snapshot"/>;
/// of all endpoints one after the other, or of one), <c>POST /reset</c>, and <c>POST /delay?ms=N</c> for how long answers are held back from now on.
/// </summary>
internal sealed class SinkAdmin(SinkEndpoints endpoints, SinkDelay delay)
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
            case "/delay" when HttpMethods.IsPost(context.Request.Method):
                context.Response.StatusCode = TrySetDelay(context.Request.Query["ms"]) ? StatusCodes.Status204NoContent : StatusCodes.Status400BadRequest;
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private bool TrySetDelay(string? milliseconds)
    {
        if (!double.TryParse(milliseconds, CultureInfo.InvariantCulture, out double number) || !(number >= 0 && number <= SinkDelay.Longest.TotalMilliseconds))
            return false;
        delay.Value = TimeSpan.FromMilliseconds(number);
        return true;
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
