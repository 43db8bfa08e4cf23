using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EquityPlatform.Hosting;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace EquityPlatform.Gateway.Tests;

public sealed class TokenTests(SharedEdge shared) : IClassFixture<SharedEdge>
{
    const string Route = "/api/interventions/v1/goals";
    readonly Edge edge = shared.Edge;

    [Theory]
    [InlineData("GET", "/api/indicators/v1/values")]
    [InlineData("POST", "/api/ingestion/v1/feeds")]
    [InlineData("GET", "/api/ingestion/v1/events?after=0")]
    [InlineData("POST", "/api/reporting/v1/releases")]
    [InlineData("GET", "/api/reporting/v1/receipts/abc/rows")]
    [InlineData("DELETE", "/api/reporting/v1/releases/1")]
    public async Task Without_a_token_a_service_is_not_reached(string method, string path) =>
        await RefusedAsync(await edge.Client().SendAsync(new HttpRequestMessage(new HttpMethod(method), path)), "auth.required");

    [Theory]
    [InlineData("/api/reporting/v1/releases?tenant=grand-bend")]
    [InlineData("/api/reporting/v1/releases/1")]
    [InlineData("/api/reporting/v1/releases/1/tables?school=2")]
    [InlineData("/api/reporting/v1/releases/1/data.csv")]
    [InlineData("/api/reporting/v1/releases/1/data.json")]
    [InlineData("/api/reporting/v1/receipts/abc")]
    [InlineData("/api/indicators/v1/openapi.json")]
    [InlineData("/")]
    public async Task Public_pages_and_files_need_no_token(string path) =>
        (await edge.Client().GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);

    [Fact]
    public async Task A_good_token_passes() => (await edge.SignedIn().GetAsync(Route)).StatusCode.ShouldBe(HttpStatusCode.OK);

    [Fact]
    public async Task An_expired_token_is_refused()
    {
        var then = new FixedClock(TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(2));
        var token = new DemoIdentity(edge.KeyFile, then).Issue("principal", Edge.Tenant, "demo:principal", "P", [], TimeSpan.FromHours(1));
        await RefusedAsync(await edge.Client(token).GetAsync(Route), "auth.expired");
    }

    [Fact]
    public async Task A_token_from_tomorrow_is_refused()
    {
        var then = new FixedClock(TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(1));
        var token = new DemoIdentity(edge.KeyFile, then).Issue("principal", Edge.Tenant, "demo:principal", "P", [], TimeSpan.FromHours(1));
        await RefusedAsync(await edge.Client(token).GetAsync(Route), "auth.invalid");
    }

    [Fact]
    public async Task Another_key_is_refused()
    {
        var otherKey = Path.Combine(Directory.CreateTempSubdirectory("equity-key-").FullName, "other.pem");
        var token = new DemoIdentity(otherKey, TimeProvider.System).Issue("principal", Edge.Tenant, "demo:principal", "P", [], TimeSpan.FromHours(1));
        await RefusedAsync(await edge.Client(token).GetAsync(Route), "auth.invalid");
    }

    [Theory]
    [InlineData("iss", "someone-else")]
    [InlineData("aud", "another-system")]
    public async Task Another_issuer_or_audience_is_refused(string claim, string value) =>
        await RefusedAsync(await edge.Client(Signed(Key(), SecurityAlgorithms.RsaSha256, new() { [claim] = value })).GetAsync(Route), "auth.invalid");

    [Fact]
    public async Task A_token_without_an_end_is_refused() =>
        await RefusedAsync(await edge.Client(Signed(Key(), SecurityAlgorithms.RsaSha256, [], expires: false)).GetAsync(Route), "auth.invalid");

    [Theory]
    [InlineData(SecurityAlgorithms.RsaSha384)]
    [InlineData(SecurityAlgorithms.RsaSsaPssSha256)]
    public async Task Another_algorithm_is_refused_even_with_the_right_key(string algorithm) =>
        await RefusedAsync(await edge.Client(Signed(Key(), algorithm, [])).GetAsync(Route), "auth.invalid");

    [Fact]
    public async Task The_public_key_as_a_shared_secret_is_refused()
    {
        var publicKey = Encoding.ASCII.GetBytes(Key().Rsa.ExportSubjectPublicKeyInfoPem());
        await RefusedAsync(await edge.Client(Signed(new SymmetricSecurityKey(publicKey), SecurityAlgorithms.HmacSha256, [])).GetAsync(Route), "auth.invalid");
    }

    [Fact]
    public async Task An_unsigned_token_is_refused()
    {
        var body = edge.Token("operator").Split('.')[1];
        var header = Base64UrlEncoder.Encode("{\"alg\":\"none\",\"typ\":\"JWT\"}");
        await RefusedAsync(await edge.Client($"{header}.{body}.").GetAsync(Route), "auth.invalid");
    }

    [Fact]
    public async Task A_changed_claim_is_refused()
    {
        var parts = edge.Token("principal").Split('.');
        var body = Base64UrlEncoder.Decode(parts[1]).Replace("\"principal\"", "\"operator\"", StringComparison.Ordinal);
        await RefusedAsync(await edge.Client($"{parts[0]}.{Base64UrlEncoder.Encode(body)}.{parts[2]}").GetAsync(Route), "auth.invalid");
    }

    [Fact]
    public async Task A_bad_token_is_refused_on_public_pages_too() =>
        await RefusedAsync(await edge.Client("x.y.z").GetAsync("/api/reporting/v1/releases"), "auth.invalid");

    [Fact]
    public async Task A_token_without_a_district_is_forbidden()
    {
        var answer = await edge.Client(Signed(Key(), SecurityAlgorithms.RsaSha256, new() { ["tenant"] = null })).GetAsync(Route);
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe("auth.tenant");
    }

    [Fact]
    public void The_demo_identity_works_in_development_only()
    {
        var settings = new Dictionary<string, string?> { ["Identity:Mode"] = "Demo", ["Identity:KeyFile"] = edge.KeyFile };
        Should.Throw<InvalidOperationException>(() => Edge.Build(settings, "Production")).Message.ShouldContain("Identity:Mode=Demo");
    }

    [Fact]
    public async Task A_host_that_could_not_tell_who_calls_does_not_start()
    {
        await using var app = Edge.Build(new() { ["urls"] = "http://127.0.0.1:0" }, "Production");
        (await Should.ThrowAsync<InvalidOperationException>(() => app.StartAsync())).Message.ShouldContain("Identity:Authority");
    }

    [Fact]
    public void The_key_file_is_readable_by_its_owner_only()
    {
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(edge.KeyFile).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void Hosts_that_start_at_once_share_one_key()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("equity-key-").FullName, "deep", "key.pem");
        var tokens = new string[8];
        Parallel.For(0, tokens.Length, i => tokens[i] = new DemoIdentity(file, TimeProvider.System).Issue("principal", Edge.Tenant, "u", "n", [], TimeSpan.FromHours(1)));
        tokens.Select(token => new JsonWebToken(token).Kid).Distinct().ShouldHaveSingleItem();
        Directory.GetFiles(Path.GetDirectoryName(file)!).ShouldBe([file]);
    }

    RsaSecurityKey Key()
    {
        var rsa = RSA.Create();
        rsa.ImportFromPem(File.ReadAllText(edge.KeyFile));
        return new RsaSecurityKey(rsa) { KeyId = new JsonWebToken(edge.Token("principal")).Kid };
    }

    static string Signed(SecurityKey key, string algorithm, Dictionary<string, object?> changes, bool expires = true)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, object?> { ["iss"] = DemoIdentity.Issuer, ["aud"] = DemoIdentity.Issuer, ["sub"] = "demo:principal", ["tenant"] = Edge.Tenant, ["role"] = "principal", ["nbf"] = now, ["iat"] = now };
        if (expires)
            claims["exp"] = now + 600;
        foreach (var (name, value) in changes)
            if (value is null)
                claims.Remove(name);
            else
                claims[name] = value;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(JsonSerializer.Serialize(claims), new SigningCredentials(key, algorithm));
    }

    static async Task RefusedAsync(HttpResponseMessage answer, string code)
    {
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Headers.WwwAuthenticate.ToString().ShouldStartWith("Bearer");
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe(code);
    }

    sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
