using System.Globalization;
using System.Net;
using System.Text;
using EquityPlatform.EventSourcing.AuditLog;

namespace EquityPlatform.ServiceHost.Audit;

/// <summary>Where a witness is, and the key by which its cosignatures are checked.</summary>
internal sealed record WitnessSettings
{
    /// <summary>Base address; <c>add-checkpoint</c> follows.</summary>
    public string Address { get; init; } = "";

    /// <summary>Its verification key, <c>name+id+key</c>, type 4 (cosignature/v1).</summary>
    public string Key { get; init; } = "";
}

/// <summary>What a witness said to a checkpoint. <paramref name="Line"/>: its cosignature. <paramref name="Size"/>: it holds another size.</summary>
internal readonly record struct WitnessAnswer(string? Line, long? Size, string? Trouble);

/// <summary>Speaks with one witness (C2SP tlog-witness): sends checkpoints, checks what comes back.</summary>
internal sealed class Witness
{
    const int MostBytes = 16 * 1024;
    const int KeyIdBytes = 4;

    readonly HttpClient http;
    readonly Uri address;
    readonly CosignatureKey key;

    public Witness(WitnessSettings settings, HttpClient http)
    {
        this.http = http;
        address = new(settings.Address.TrimEnd('/') + "/add-checkpoint");
        key = CosignatureKey.TryParse(settings.Key) ?? throw new InvalidOperationException($"The key of the witness {settings.Address} is not a verification key for cosignatures, or does not fit its id (Audit:Witnesses).");
    }

    public string Name => key.Name;

    /// <summary>True if the note bears this witness's cosignature.</summary>
    public bool Signed(string note) => LineIn(note) is not null;

    /// <summary>Offers a checkpoint.</summary>
    /// <param name="old">Size of which the witness is believed to hold the checkpoint.</param>
    /// <param name="proof">That the checkpoint's log begins with those leaves.</param>
    public async Task<WitnessAnswer> OfferAsync(string note, long old, IEnumerable<byte[]> proof, CancellationToken cancellation)
    {
        var body = new StringBuilder().Append(CultureInfo.InvariantCulture, $"old {old}\n");
        foreach (var hash in proof)
            body.Append(Convert.ToBase64String(hash)).Append('\n');
        using var content = new StringContent(body.Append('\n').Append(note).ToString());
        try
        {
            using var answer = await http.PostAsync(address, content, cancellation);
            var text = await answer.Content.ReadAsStringAsync(cancellation);
            if (answer.StatusCode == HttpStatusCode.Conflict && long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var size))
                return new(null, size, null);
            if (!answer.IsSuccessStatusCode)
                return new(null, null, $"it answers {(int)answer.StatusCode}: {text[..Math.Min(text.Length, 200)].Trim()}");
            return text.Length < MostBytes && LineIn(note[..(note.IndexOf("\n\n", StringComparison.Ordinal) + 2)] + text) is { } line ? new(line, null, null) : new(null, null, "its cosignature does not hold");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return new(null, null, $"it does not answer: {e.Message}");
        }
    }

    /// <summary>This witness's line under a note, if its cosignature holds.</summary>
    string? LineIn(string note)
    {
        var end = note.IndexOf("\n\n", StringComparison.Ordinal);
        var text = note[..(end + 1)];
        foreach (var line in note[(end + 2)..].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (line.Split(' ') is ["\u2014", var name, var signature] && name == Name && Bytes(signature) is { Length: > KeyIdBytes } payload
                && Convert.ToHexStringLower(payload.AsSpan(0, KeyIdBytes)) == key.Id && key.Cosigned(text, payload.AsSpan(KeyIdBytes)) is not null)
                return line + "\n";
        return null;
    }

    static byte[] Bytes(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : [];
    }
}
