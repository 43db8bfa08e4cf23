using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EquityPlatform.Hosting;
using EquityPlatform.Testing;

namespace EquityPlatform.Ingestion.Tests.Erasure;

/// <summary>The service as a process of its own, whose whole output is kept.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    readonly Process process;
    readonly string address;

    ServiceProcess(Process process, string address) => (this.process, this.address) = (process, address);

    public static async Task<ServiceProcess> StartAsync(IReadOnlyDictionary<string, string?> settings, StringBuilder output)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        listener.Stop();
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "EquityPlatform.Ingestion.dll")]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in settings)
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        start.Environment["urls"] = address;
        start.Environment["ASPNETCORE_URLS"] = address;
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        // Everything that it could say
        start.Environment["Serilog__MinimumLevel__Default"] = "Verbose";
        start.Environment["Logging__LogLevel__Default"] = "Trace";
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Eventually.ReadyAsync(new(address));
        return new(process, address);

        void Keep(string? line)
        {
            lock (output)
                output.AppendLine(line);
        }
    }

    public HttpClient Client(string role) => IngestionHost.Client(address, role, IngestionHost.Tenant, new DemoIdentity(IngestionHost.IdentityKeyFile, TimeProvider.System));

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
