using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace EquityPlatform.Hosting;

/// <summary>What the OpenAPI document says beyond routes and shapes: how to sign in, and who may call what.</summary>
internal static class InterfaceDescription
{
    /// <summary>Member of an operation: the roles that may call it, empty for everyone who is signed in. Public operations have no security instead.</summary>
    const string RolesMember = "x-roles";

    public static void Describe(OpenApiDocument document, string hostName)
    {
        document.Info.Title = $"Equity platform: {hostName}";
        document.Info.Version = "v1";
        document.Servers = [];
        document.Components ??= new();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT" };
        document.Security = [new() { [new OpenApiSecuritySchemeReference("bearer", document)] = [] }];
    }

    public static void Describe(OpenApiOperation operation, IList<object> metadata)
    {
        if (metadata.OfType<IAllowAnonymous>().Any())
        {
            operation.Security = [];
            return;
        }
        var roles = metadata.OfType<RequiredRoles>().SelectMany(required => required.Roles).Distinct().Order(StringComparer.Ordinal).ToArray();
        operation.Extensions ??= new Dictionary<string, IOpenApiExtension>();
        operation.Extensions[RolesMember] = new JsonNodeExtension(new JsonArray([.. roles.Select(role => JsonValue.Create(role))]));
        operation.Responses ??= [];
        operation.Responses.TryAdd(Code(StatusCodes.Status401Unauthorized), new OpenApiResponse { Description = "No valid token (problem auth.required, auth.invalid or auth.expired)" });
        operation.Responses.TryAdd(Code(StatusCodes.Status403Forbidden), new OpenApiResponse { Description = "The role may not do this (problem auth.role)" });
    }

    static string Code(int status) => status.ToString(CultureInfo.InvariantCulture);
}
