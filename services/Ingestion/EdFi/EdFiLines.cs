using System.Text.Json;

namespace EquityPlatform.Ingestion.EdFi;

/// <summary>One line of a file of JSON lines; no item if it is not one JSON object.</summary>
/// <param name="Fault">Code of what is wrong with the line.</param>
internal readonly record struct EdFiLine(int Number, JsonDocument? Document, string? Fault);

/// <summary>Reads JSON lines from a stream and holds one line at a time. A document is valid until the next line is asked for.</summary>
internal static class EdFiLines
{
    /// <summary>Longest line. An item of the Ed-Fi API has a few kilobytes.</summary>
    public const int Longest = 1 << 20;

    static readonly JsonDocumentOptions Options = new() { MaxDepth = 32, CommentHandling = JsonCommentHandling.Disallow };

    public static IEnumerable<EdFiLine> Read(Stream stream)
    {
        var buffer = new byte[64 << 10];
        var (start, end, number, tooLong, first) = (0, 0, 0, false, true);
        while (true)
        {
            var newline = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (newline < 0)
            {
                if (end - start > Longest)
                    (tooLong, start, end) = (true, 0, 0);
                if (start > 0)
                {
                    buffer.AsSpan(start, end - start).CopyTo(buffer);
                    (start, end) = (0, end - start);
                }
                if (end == buffer.Length)
                    Array.Resize(ref buffer, buffer.Length * 2);
                var read = stream.Read(buffer, end, buffer.Length - end);
                if (read > 0)
                {
                    end += read;
                    if (first && end >= 3)
                        (start, first) = (buffer is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0, false);
                    continue;
                }
                if (end > start || tooLong)
                    foreach (var line in One(buffer.AsMemory(start, end - start), ++number, tooLong))
                        yield return line;
                yield break;
            }
            foreach (var line in One(buffer.AsMemory(start, newline), ++number, tooLong))
                yield return line;
            (start, tooLong) = (start + newline + 1, false);
        }
    }

    static IEnumerable<EdFiLine> One(ReadOnlyMemory<byte> text, int number, bool tooLong)
    {
        if (tooLong)
        {
            yield return new(number, null, "edfi.line-too-long");
            yield break;
        }
        if (text.Span.Trim(" \t\r"u8).IsEmpty)
            yield break;
        using var document = Parse(text);
        yield return document?.RootElement.ValueKind == JsonValueKind.Object ? new(number, document, null) : new(number, null, "edfi.line");
    }

    static JsonDocument? Parse(ReadOnlyMemory<byte> text)
    {
        try
        {
            return JsonDocument.Parse(text, Options);
        }
        catch (JsonException)
        {
            // What is wrong with it is said by the caller, without the text
            return null;
        }
    }
}
