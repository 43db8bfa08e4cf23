namespace EquityPlatform.Hosting;

/// <summary>
/// Local demo identity: signs tokens with a key file made at first start (<c>Identity:KeyFile</c>, PEM, RSA). Only with
/// <c>Identity:Mode=Demo</c>; a host refuses to start with it outside the Development environment.
/// </summary>
public sealed class DemoIdentity(string keyFile, TimeProvider clock)
{
    /// <summary>An RS256 token for a demo role account.</summary>
    public string Issue(string role, string tenant, string user, string name, IReadOnlyCollection<string> schools, TimeSpan lifetime) => throw new NotImplementedException($"{keyFile}{clock}");
}
