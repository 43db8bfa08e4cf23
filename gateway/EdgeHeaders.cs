namespace EquityPlatform.Gateway;

/// <summary>
/// Removes what a client must not tell the services: who it is and which district it belongs to stands in the token alone.
/// </summary>
internal sealed class InboundHeaders(RequestDelegate next)
{
    static readonly string[] Prefixes = ["X-Tenant", "X-District", "X-Equity", "X-User", "X-Role", "X-School", "X-Forwarded", "X-Original", "X-Real-IP", "X-Auth", "X-Remote", "Eq-"];

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        foreach (var name in headers.Keys.Where(IsClaim).ToArray())
            headers.Remove(name);
        return next(context);
    }

    static bool IsClaim(string name) =>
        name.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)
        // Some servers read an underscore as a hyphen
        || Prefixes.Any(prefix => name.Replace('_', '-').StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Headers on every answer: nothing runs or loads but our own files, and no other site may frame us.</summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static state =>
        {
            var context = (HttpContext)state;
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = Policy;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            if (context.Request.IsHttps)
                headers.StrictTransportSecurity = "max-age=31536000";
            headers.Remove("Server");
            headers.Remove("X-Powered-By");
            return Task.CompletedTask;
        }, context);
        return next(context);
    }
}
