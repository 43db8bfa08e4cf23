using System.Globalization;

namespace EquityPlatform.Testing.Servers;

/// <summary>Servers as containers, where no binaries are installed.</summary>
internal static class Docker
{
    public static bool IsThere => Programs.OnPath("docker") is not null;

    public static async Task<(string Id, int Port)> RunAsync(string image, int[] ports, params (string Name, string Value)[] environment)
    {
        var id = (await Programs.RunAsync("docker", ["run", "-d", .. ports.SelectMany(p => (string[])["-p", $"127.0.0.1::{p}"]), .. environment.SelectMany(e => (string[])["-e", $"{e.Name}={e.Value}"]), image])).Trim();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Programs.Start("docker", ["rm", "-f", "-v", id], "/dev/null").WaitForExit();
        return (id, await PortAsync(id, ports[0]));
    }

    public static async Task<int> PortAsync(string id, int port)
    {
        var mapped = (await Programs.RunAsync("docker", ["port", id, $"{port}/tcp"])).Split('\n')[0].Trim();
        return int.Parse(mapped[(mapped.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
    }

    public static Task RemoveAsync(string id) => Programs.RunAsync("docker", ["rm", "-f", "-v", id]);
}
