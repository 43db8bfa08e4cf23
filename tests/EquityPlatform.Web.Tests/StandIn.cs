using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using EquityPlatform.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EquityPlatform.Web.Tests;

/// <summary>
/// The site under Kestrel as in production, and at the process border a stand-in for the gateway that answers what a test says.
/// </summary>
public sealed partial class StandIn : IAsyncLifetime
{
    public static readonly string RepositoryRoot = FindRoot();

    private readonly ConcurrentDictionary<string, Func<HttpContext, Task>> answers = new(StringComparer.Ordinal);
    private readonly string folder = Directory.CreateTempSubdirectory("equity-web-").FullName;
    private WebApplication? gateway;
    private WebApplication? site;

    public ConcurrentQueue<(string Path, string? Token)> Asked { get; } = new();

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>Nothing asked, nothing answered: the start of a test.</summary>
    public void Forget()
    {
        answers.Clear();
        Asked.Clear();
    }

    public async Task InitializeAsync()
    {
        var gateway = WebApplication.CreateSlimBuilder();
        gateway.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(k => k.Limits.MaxRequestBodySize = null);
        gateway.Logging.ClearProviders();
        this.gateway = gateway.Build();
        this.gateway.Run(Answer);
        await this.gateway.StartAsync();

        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = "EquityPlatform.Web",
            EnvironmentName = "Development",
            ContentRootPath = Path.Combine(RepositoryRoot, "services/Web"),
            Args = ["--Identity:Mode=Demo", $"--Identity:KeyFile={folder}/identity.pem", $"--Web:KeyRing={folder}/keys", $"--Gateway:Address={this.gateway.Urls.First()}"],
        });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddPlatformHosting("web");
        builder.Logging.ClearProviders();
        builder.AddWebSite();
        site = builder.Build();
        site.UseWebSite();
        await site.StartAsync();
        Address = new Uri(site.Urls.First());
    }

    /// <summary>What the services answer at <c>{service}/{path}</c>, without query.</summary>
    public StandIn Says(string path, object body, int status = 200) => Says(path, context =>
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(body, options: null, status >= 400 ? "application/problem+json" : "application/json");
    });

    public StandIn Says(string path, Func<HttpContext, Task> answer)
    {
        answers[path] = answer;
        return this;
    }

    public StandIn Refuses(string path, int status, string code, string detail) => Says(path, new { type = "urn:equity:" + code, code, detail, status }, status);

    /// <summary>A browser without JavaScript: cookies, no redirects followed.</summary>
    public HttpClient Browser() => new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = true, CookieContainer = new CookieContainer() }) { BaseAddress = Address };

    public async Task<HttpClient> SignedIn(string role)
    {
        var browser = Browser();
        using var answer = await Post(browser, "/sign-in", "/sign-in", ("role", role));
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        return browser;
    }

    /// <summary>Sends a form as a browser would: with the hidden token of the page that shows it.</summary>
    public static async Task<HttpResponseMessage> Post(HttpClient browser, string page, string action, params (string Name, string Value)[] fields)
    {
        var token = Token().Match(await browser.GetStringAsync(page)).Groups[1].Value;
        token.ShouldNotBeEmpty();
        using var form = new FormUrlEncodedContent(fields.Append(("__RequestVerificationToken", token)).Select(f => KeyValuePair.Create(f.Item1, f.Item2)));
        return await browser.PostAsync(action, form);
    }

    public static async Task<string> TokenOf(HttpClient browser, string page) => Token().Match(await browser.GetStringAsync(page)).Groups[1].Value;

    public async Task DisposeAsync()
    {
        if (site is not null)
            await site.DisposeAsync();
        if (gateway is not null)
            await gateway.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private Task Answer(HttpContext context)
    {
        var path = context.Request.Path.Value?.Replace("/api/", "", StringComparison.Ordinal).Replace("/v1", "", StringComparison.Ordinal) ?? "";
        Asked.Enqueue((path + context.Request.QueryString, context.Request.Headers.Authorization));
        if (answers.TryGetValue(path, out var answer))
            return answer(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return context.Response.WriteAsJsonAsync(new { code = "route.unknown", type = "urn:equity:route.unknown" }, options: null, "application/problem+json");
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EquityPlatform.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The repository's root was not found.");
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
