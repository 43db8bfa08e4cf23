using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using EquityPlatform.EventSourcing;

namespace EquityPlatform.ServiceHost.Database;

/// <summary>One step of a service's schema: the event log's own tables first, then the service's <c>Schema/NNN-what.sql</c> in order.</summary>
internal sealed record SchemaScript(string Name, string Sql)
{
    const string LogName = "000-event-log";

    /// <summary>SHA-256 of the text: a script that was run must never change.</summary>
    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));

    /// <summary>The log's script is idempotent and may run again when it changes; a service's own script may not.</summary>
    public bool MayChange => Name == LogName;

    public static IReadOnlyList<SchemaScript> Of(ServiceDefinition definition) =>
    [
        new(LogName, EventLogSchema.Sql(definition.Name)),
        .. definition.Assembly.GetManifestResourceNames()
            .Where(name => name.EndsWith(".sql", StringComparison.Ordinal) && name.Length > 4 && name[..3].All(char.IsAsciiDigit))
            .Order(StringComparer.Ordinal)
            .Select(name => new SchemaScript(name[..^4], Read(definition.Assembly, name))),
    ];

    static string Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"Schema script {name} is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
