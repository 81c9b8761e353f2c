using Hearth.Server.Routes;
using Microsoft.AspNetCore.Http;

namespace Hearth.Server.Operations;

/// <summary><c>GET /metrics</c>: what the server has measured since it started.</summary>
static class Metrics
{
    internal static Task ShowAsync(Call call)
    {
        call.Http.Response.ContentType = PrometheusText.ContentType;
        return call.Http.Response.WriteAsync(call.Service.Metrics.Read(), call.CancellationToken);
    }
}
