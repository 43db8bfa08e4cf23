using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;

namespace EquityPlatform.Web;

/// <summary>Errors of the site itself as pages: not found, form expired, fault.</summary>
internal static class CalmErrors
{
    public static void UseCalmErrors(this WebApplication app)
    {
        app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            catch (BadHttpRequestException bad) when (!context.Response.HasStarted)
            {
                await Show(context, new Refusal(bad.StatusCode, bad.StatusCode != 400 ? Code(bad.StatusCode) : HttpMethods.IsGet(context.Request.Method) ? "site.address" : "site.form-expired", null));
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                // The reader has left; there is nobody to answer
            }
            catch (Exception fault) when (!context.Response.HasStarted)
            {
                app.Logger.LogError(fault, "{Method} {Path} failed", context.Request.Method, context.Request.Path.Value);
                await Show(context, new Refusal(StatusCodes.Status500InternalServerError, "site.fault", null));
            }
        });
        app.UseStatusCodePages(pages => Show(pages.HttpContext, new Refusal(pages.HttpContext.Response.StatusCode, Code(pages.HttpContext.Response.StatusCode), null)));
    }

    /// <summary>Refuses posts whose form token is missing or wrong, also where the endpoint reads no form.</summary>
    public static void UseFormTokens(this WebApplication app)
    {
        app.UseAntiforgery();
        app.Use((context, next) => context.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false }
            ? Show(context, new Refusal(StatusCodes.Status400BadRequest, "site.form-expired", null))
            : next(context));
    }

    private static string Code(int status) => "site.http-" + status.ToString(CultureInfo.InvariantCulture);

    private static Task Show(HttpContext context, Refusal refusal)
    {
        context.Response.Clear();
        return context.RequestServices.GetRequiredService<Site>().Show<ProblemPage>(refusal, refusal.Status).ExecuteAsync(context);
    }
}
