using System.Net.Http.Headers;
using System.Reflection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace EquityPlatform.Testing;

/// <summary>Starts services for tests.</summary>
public static class ServiceUnderTest
{
    /// <summary>Migrates and starts. Without a broker the bus is left unconfigured.</summary>
    /// <typeparam name="TProgram">The service's <c>Program</c>.</typeparam>
    /// <param name="more">Further settings, e.g. <c>Services:ingestion</c>; a null removes nothing and is not passed on.</param>
    /// <param name="replace">Changes at the process border only: the clock, other people's APIs.</param>
    public static async Task<ServiceUnderTest<TProgram>> StartAsync<TProgram>(PostgresServer database, RabbitMqServer? broker = null,
        IReadOnlyDictionary<string, string?>? more = null, Action<IServiceCollection>? replace = null) where TProgram : class
    {
        var settings = new Dictionary<string, string?>
        {
            ["environment"] = "Development",
            ["ConnectionStrings:RabbitMq"] = broker?.Address.AbsoluteUri,
            ["Identity:Mode"] = "Demo",
            ["Identity:KeyFile"] = DemoTokens.KeyFile,
        };
        foreach (var (key, value) in database.Logins.Settings)
            settings[key] = value;
        foreach (var (key, value) in more ?? new Dictionary<string, string?>())
            settings[key] = value;
        var service = new ServiceUnderTest<TProgram>(settings, replace);
        await service.MigrateAsync();
        service.Start();
        await Eventually.ReadyAsync(service.Address);
        return service;
    }
}

/// <summary>
/// A service as it runs in production: its own <c>Program</c>, the verb <c>migrate</c> first, Kestrel on a free port, a real
/// database and a real broker, demo tokens.
/// </summary>
/// <typeparam name="TProgram">The service's <c>Program</c>.</typeparam>
public sealed class ServiceUnderTest<TProgram> : IAsyncDisposable where TProgram : class
{
    readonly IReadOnlyDictionary<string, string?> settings;
    readonly Action<IServiceCollection>? replace;
    Factory? factory;

    internal ServiceUnderTest(IReadOnlyDictionary<string, string?> settings, Action<IServiceCollection>? replace)
    {
        this.settings = settings;
        this.replace = replace;
    }

    /// <summary>Root address of the running host.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>The running host's services.</summary>
    public IServiceProvider Services => factory?.Services ?? throw new InvalidOperationException("The service is stopped.");

    /// <summary>A client with a token of the role; without a role, one without a token.</summary>
    public HttpClient Client(string? role = null, string tenant = "grand-bend", params string[] schools)
    {
        var client = new HttpClient { BaseAddress = Address };
        if (role is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", DemoTokens.For(role, tenant, schools));
        return client;
    }

    /// <summary>Starts (again, on another port).</summary>
    public void Start()
    {
        factory = new Factory(settings, replace);
        factory.UseKestrel(0);
        factory.StartServer();
        Address = new(factory.ClientOptions.BaseAddress.GetLeftPart(UriPartial.Authority));
    }

    public async Task StopAsync()
    {
        if (factory is not null)
            await factory.DisposeAsync();
        factory = null;
    }

    internal async Task MigrateAsync()
    {
        if (await RunVerbAsync("migrate") is not 0 and var code)
            throw new InvalidOperationException($"migrate ended with {code}.");
    }

    /// <summary>Runs a one-shot verb of the service's program, such as <c>rebuild NAME</c>, beside the running host; returns its exit code.</summary>
    public async Task<int> RunVerbAsync(params string[] verb)
    {
        // Options come last: the configuration takes what follows one for its value
        string[] arguments = [.. verb.Where(word => word[0] != '-'), .. settings.Where(s => s.Value is not null).Select(s => $"--{s.Key}={s.Value}"), .. verb.Where(word => word[0] == '-')];
        var main = typeof(TProgram).Assembly.EntryPoint ?? throw new InvalidOperationException($"{typeof(TProgram).Assembly} is no program.");
        // The compiler's entry point waits for the asynchronous Main, so it gets a thread of its own
        return await Task.Run(() => main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [arguments], null)) as int? ?? 0;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    sealed class Factory(IReadOnlyDictionary<string, string?> settings, Action<IServiceCollection>? replace) : WebApplicationFactory<TProgram>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseContentRoot(AppContext.BaseDirectory);
            foreach (var (key, value) in settings)
                if (value is not null)
                    builder.UseSetting(key, value);
            if (replace is not null)
                builder.ConfigureTestServices(replace);
        }
    }
}
