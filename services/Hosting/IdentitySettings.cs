using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace EquityPlatform.Hosting;

/// <summary>Where tokens come from (section <c>Identity</c>).</summary>
internal sealed record IdentitySettings(string? Mode, string? KeyFile, string? ServiceKeyFile, string? Authority, string? Audience, bool PlainHttp)
{
    public bool IsDemo => string.Equals(Mode, "Demo", StringComparison.OrdinalIgnoreCase);

    public static IdentitySettings Read(IConfiguration configuration, IHostEnvironment environment)
    {
        var section = configuration.GetSection("Identity");
        var settings = new IdentitySettings(section["Mode"], section["KeyFile"], section["ServiceKeyFile"], section["Authority"], section["Audience"], environment.IsDevelopment());
        return settings.IsDemo && !environment.IsDevelopment()
            ? throw new InvalidOperationException("Identity:Mode=Demo is for local use only: it needs the Development environment. Set Identity:Authority and Identity:Audience.")
            : settings;
    }

    /// <summary>Stops a host that could not tell who calls it.</summary>
    public void EnsureComplete()
    {
        if (IsDemo ? string.IsNullOrWhiteSpace(KeyFile) : string.IsNullOrWhiteSpace(Authority) || string.IsNullOrWhiteSpace(Audience))
            throw new InvalidOperationException("Set Identity:Authority and Identity:Audience, or for local use Identity:Mode=Demo and Identity:KeyFile.");
    }
}
