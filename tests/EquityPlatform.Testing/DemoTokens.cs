using EquityPlatform.Hosting;

namespace EquityPlatform.Testing;

/// <summary>The demo identity of a test run: one key file, made at first use and gone with the process.</summary>
public static class DemoTokens
{
    static readonly string Folder = Create();
    static readonly DemoIdentity Identity = new(KeyFile, TimeProvider.System);

    /// <summary>For <c>Identity:KeyFile</c> of hosts under test.</summary>
    public static string KeyFile => Path.Combine(Folder, "identity.pem");

    public static string For(string role, string tenant = "grand-bend", params string[] schools) =>
        Identity.Issue(role, tenant, $"demo:{role}", role, schools, TimeSpan.FromHours(1));

    static string Create()
    {
        var folder = Directory.CreateTempSubdirectory("equity-id-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    }
}
