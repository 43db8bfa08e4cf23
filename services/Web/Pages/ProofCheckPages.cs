using System.Text;
using System.Text.RegularExpressions;

namespace EquityPlatform.Web;

/// <summary>Checks a proof file and its leaf in front of the person: the service that keeps the log says what holds, step by step.</summary>
internal static partial class ProofCheckPages
{
    /// <summary>Larger than any proof file or leaf; what is longer is refused by the service, with the reason.</summary>
    private const int MostBytes = 128 * 1024;

    public static void MapProofCheck(this IEndpointRouteBuilder site)
    {
        site.MapGet("/proofs/check", (Site page) => page.Visitor.IsSignedIn ? page.Show<CheckPage>(new CheckModel("", "", null, null, null, null)) : ProofsPages.SignInFirst(page));
        site.MapPost("/proofs/check", Check);
    }

    private static async Task<IResult> Check(Site page, AuditLogClient logs, HistoryClient histories, IFormCollection form, CancellationToken ct)
    {
        if (!page.Visitor.IsSignedIn)
            return ProofsPages.SignInFirst(page);
        var (proof, leaf) = (await Text(form, "proof", "\n", ct), await Text(form, "leaf", "", ct));
        var service = Log().Match(proof) is { Success: true } named && AuditLogClient.Services.Contains(named.Groups[1].Value) ? named.Groups[1].Value : AuditLogClient.Services[0];
        var answer = await logs.Check(service, proof, leaf, ct);
        if (answer.Value is not { } verdict)
            return answer.No is { Status: 401 or 403 } or { IsDown: true } ? page.Refused(answer.No) : page.Show<CheckPage>(new CheckModel(proof, leaf, service, null, null, answer.No), answer.No!.Status);
        var contents = verdict is { Holds: "yes", Event: { } e } ? (await ProofsPages.Histories(page, histories, service, e.Stream, ct)).FirstOrDefault(one => one.Id == e.Id) : null;
        return page.Show<CheckPage>(new CheckModel(proof, leaf, service, verdict, contents, null));
    }

    // A file is taken byte by byte. What was pasted comes with the browser's own line ends, and often without the last one
    private static async Task<string> Text(IFormCollection form, string name, string end, CancellationToken ct)
    {
        if (form.Files.GetFile(name + "File") is { Length: > 0 } file)
        {
            var bytes = new byte[Math.Min(file.Length, MostBytes)];
            await using var stream = file.OpenReadStream();
            await stream.ReadExactlyAsync(bytes, ct);
            return Encoding.UTF8.GetString(bytes);
        }
        var pasted = form[name].ToString().Replace("\r\n", "\n", StringComparison.Ordinal).Trim();
        return pasted.Length == 0 ? "" : pasted + end;
    }

    [GeneratedRegex("^[^ \n]+/audit/([a-z]+)/", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Log();
}

/// <param name="Contents">The event itself, for those who may read it.</param>
public sealed record CheckModel(string Proof, string Leaf, string? Service, ProofVerdict? Verdict, StoredEvent? Contents, Refusal? No);
