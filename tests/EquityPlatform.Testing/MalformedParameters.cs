using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using EquityPlatform.Contracts;
using Shouldly;

namespace EquityPlatform.Testing;

/// <summary>
/// Asks every address of a service, as its interface description lists them, with values that a parameter of its query cannot hold: blank, and words. The answer is the platform's own
/// problem: a code, a sentence that names the parameter, no word of .NET and nothing of the value.
/// </summary>
public static partial class MalformedParameters
{
    static readonly string[] Roles =
        [Contracts.Roles.DataSteward, Contracts.Roles.EquityAnalyst, Contracts.Roles.DistrictLeader, Contracts.Roles.Auditor, Contracts.Roles.PrivacyOfficer, Contracts.Roles.Operator, Contracts.Roles.Service];

    /// <param name="client">A client of a role at the root of the host.</param>
    /// <param name="service">Name of the service in its addresses.</param>
    /// <returns>The parameters that were tried, as <c>/path?name</c>.</returns>
    public static async Task<IReadOnlyList<string>> TryAllAsync(Func<string, HttpClient> client, string service)
    {
        using var anyone = client(Roles[0]);
        var description = JsonElement.Parse(await anyone.GetStringAsync(new Uri($"/api/{service}/v1/openapi.json", UriKind.Relative)));
        List<string> tried = [];
        foreach (var path in description.GetProperty("paths").EnumerateObject())
            foreach (var operation in path.Value.EnumerateObject())
                if (operation.Value.TryGetProperty("parameters", out var parameters))
                    foreach (var parameter in parameters.EnumerateArray().Where(p => In(p) == "query" && Sample(p) != Word))
                    {
                        tried.Add($"{path.Name}?{Name(parameter)}");
                        foreach (var value in new[] { "", "no-such-value" })
                            await TryAsync(client, operation, path.Name, [.. parameters.EnumerateArray()], Name(parameter), value);
                    }
        return tried;
    }

    static async Task TryAsync(Func<string, HttpClient> client, JsonProperty operation, string path, JsonElement[] parameters, string name, string value)
    {
        var (method, address) = (operation.Name, path);
        var form = operation.Value.TryGetProperty("requestBody", out var body) ? body.GetProperty("content").EnumerateObject().First().Name : null;
        foreach (var part in parameters.Where(p => In(p) == "path"))
            address = address.Replace($"{{{Name(part)}}}", Name(part) == "tenant" ? "grand-bend" : Sample(part), StringComparison.Ordinal);
        var query = parameters.Where(p => In(p) == "query" && Name(p) != name && p.TryGetProperty("required", out var required) && required.GetBoolean()).Select(p => $"{Name(p)}={Sample(p)}");
        var uri = new Uri($"{address}?{string.Join('&', query.Append($"{name}={value}"))}", UriKind.Relative);
        foreach (var role in Roles)
        {
            using var http = client(role);
            using var request = new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), uri);
            if (form is not null)
                request.Content = new ByteArrayContent("{}"u8.ToArray()) { Headers = { ContentType = MediaTypeHeaderValue.Parse(form == "multipart/form-data" ? form + "; boundary=part" : form) } };
            using var answer = await http.SendAsync(request);
            if (answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized)
                continue;
            var text = await answer.Content.ReadAsStringAsync();
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, $"{method} {uri}: {text}");
            var problem = JsonElement.Parse(text);
            problem.GetProperty("code").GetString().ShouldBe("request.parameter", $"{method} {uri}: {text}");
            var detail = problem.GetProperty("detail").GetString().ShouldNotBeNull();
            detail.ShouldContain($"\"{name}\"");
            DotNet().IsMatch(detail).ShouldBeFalse(detail);
            if (value.Length > 0)
                text.ShouldNotContain(value);
            return;
        }
        throw new ShouldAssertException($"{method} {uri}: no role may ask.");
    }

    const string Word = "x";

    static string Sample(JsonElement parameter)
    {
        var schema = parameter.GetProperty("schema");
        return Text(schema, "format") switch
        {
            "uuid" => "6f1c0a52-3d8e-4b7a-9a55-0d2f3b7c9e14",
            "date" => "2026-01-31",
            "date-time" => "2026-01-31T08:00:00Z",
            { } number when number.StartsWith("int", StringComparison.Ordinal) => "1",
            _ => schema.TryGetProperty("type", out var type) && type.ToString().Contains("boolean", StringComparison.Ordinal) ? "true" : Word,
        };
    }

    static string Name(JsonElement parameter) => Text(parameter, "name") ?? "";

    static string? In(JsonElement parameter) => Text(parameter, "in");

    static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    [GeneratedRegex(@"Nullable|Int32|Int64|Guid|Boolean|DateOnly|System\.|Failed to bind|Exception")]
    private static partial Regex DotNet();
}
