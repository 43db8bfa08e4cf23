using System.CommandLine;
using System.Net;
using System.Text;
using EquityPlatform.AuditTool.Witness;

namespace EquityPlatform.AuditTool.Commands;

/// <summary>Runs a witness: a small program of an office outside of the district, to which the district's services show every checkpoint.</summary>
internal static class WitnessCommand
{
    const int MostBytes = 64 * 1024;

    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "Name of the witness, such as witness.state.example/audit." };
        var keyFile = new Option<string>("--key-file") { Description = "File of the witness's private key; made if it is not there. Keep it with the office, never with the district.", Required = true };
        var state = new Option<string>("--state") { Description = "Folder in which it is kept what was seen. Keep it for ever: without it the witness forgets.", Required = true };
        var logs = new Option<string[]>("--log") { Description = "Verification key of a log to watch, or a file with such keys. Repeat it for each service and district.", Required = true };
        var listen = new Option<string>("--listen") { Description = "Address to listen on.", DefaultValueFactory = _ => "http://127.0.0.1:7790/" };
        var command = new Command("witness", "Serves add-checkpoint: cosigns each checkpoint that goes on from the last one, and refuses a log that was set back or rewritten.") { name, keyFile, state, logs, listen };
        command.SetAction((parsed, cancellation) => Guard.RunAsync(parsed, async (output, _) =>
        {
            var key = WitnessKey.ReadOrCreate(parsed.GetRequiredValue(name), parsed.GetRequiredValue(keyFile));
            using var witness = new WitnessLog(key, CommonOptions.ReadKeys(parsed.GetRequiredValue(logs)), parsed.GetRequiredValue(state), TimeProvider.System);
            await output.WriteLineAsync($"Verification key of this witness (give it to everybody who checks): {key.Public.Text}");
            await output.WriteLineAsync($"Listening on {parsed.GetRequiredValue(listen)}add-checkpoint");
            await ServeAsync(witness, parsed.GetRequiredValue(listen), output, cancellation);
            return Exit.Valid;
        }));
        return command;
    }

    public static async Task ServeAsync(WitnessLog witness, string listen, TextWriter output, CancellationToken cancellation)
    {
        using var listener = new HttpListener();
        listener.Prefixes.Add(listen);
        listener.Start();
        await using var stop = cancellation.Register(listener.Stop);
        while (!cancellation.IsCancellationRequested)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException && cancellation.IsCancellationRequested)
            {
                return;
            }
            try
            {
                await AnswerAsync(witness, context, output, cancellation);
            }
            catch (Exception e) when (e is HttpListenerException or IOException)
            {
                await output.WriteLineAsync($"A request could not be answered: {e.Message}");
                context.Response.Abort();
            }
        }
    }

    static async Task AnswerAsync(WitnessLog witness, HttpListenerContext context, TextWriter output, CancellationToken cancellation)
    {
        var answer = context.Request is not { HttpMethod: "POST", Url.AbsolutePath: "/add-checkpoint" } ? new WitnessAnswer(404, "Ask for POST /add-checkpoint.\n")
            : await BodyAsync(context.Request.InputStream, cancellation) is { } body ? await witness.AddAsync(body, cancellation)
            : new WitnessAnswer(413, "The request is larger than any checkpoint with its proof.\n");
        var bytes = Encoding.UTF8.GetBytes(answer.Body);
        (context.Response.StatusCode, context.Response.ContentType, context.Response.ContentLength64) = (answer.Status, answer.Type, bytes.Length);
        await context.Response.OutputStream.WriteAsync(bytes, cancellation);
        context.Response.Close();
        if (answer.Status is not (200 or 409))
            await output.WriteLineAsync($"{answer.Status}: {answer.Body.TrimEnd()}");
    }

    static async Task<string?> BodyAsync(Stream stream, CancellationToken cancellation)
    {
        var bytes = new byte[MostBytes + 1];
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        return length > MostBytes ? null : Encoding.UTF8.GetString(bytes, 0, length);
    }
}
