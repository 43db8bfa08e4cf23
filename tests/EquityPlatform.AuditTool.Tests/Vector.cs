using System.Text.Json;

namespace EquityPlatform.AuditTool.Tests;

/// <summary>Reads a file of known answers.</summary>
internal static class Vector
{
    public static JsonElement File(string name)
    {
        using var document = JsonDocument.Parse(System.IO.File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Vectors", name)));
        return document.RootElement.Clone();
    }

    public static string Text(this JsonElement element, string member) => element.GetProperty(member).GetString()!;
    public static byte[] Bytes(this JsonElement element, string member) => Convert.FromBase64String(element.Text(member));
    public static byte[] Hex(this JsonElement element, string member) => Convert.FromHexString(element.Text(member));
}
