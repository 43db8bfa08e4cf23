using System.Globalization;
using EquityPlatform.EventSourcing;
using EquityPlatform.EventSourcing.Faults;
using EquityPlatform.Hosting;
using EquityPlatform.Ingestion.Feeds;
using EquityPlatform.Ingestion.Mappings;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Folders;

/// <summary>
/// Makes a feed of a whole file and moves it to <c>taken</c>; what cannot be read goes to <c>refused</c>, with a rejected feed that says why. The feed's id follows from the file (name,
/// time, content): whoever dies between the two steps finds the file again, and the feed that it became.
/// </summary>
internal sealed class TakeFile(UploadVault vault, FeedRows feeds, FeedWork work, ApplyFeed apply, Aggregates<SourceMappings, object> mappings, FeedSignal signal, IngestionSettings settings, TimeProvider clock, ILogger<TakeFile> logger)
{
    /// <summary>Who feeds come from that nobody uploaded by hand.</summary>
    const string By = "watched-folder";

    const string Taken = "taken";
    const string Refused = "refused";

    /// <summary>False if the file changed while it was read: it was not whole.</summary>
    public async Task<bool> RunAsync(FolderSettings folder, FileInfo file, CancellationToken cancellation)
    {
        var seen = WholeFiles.Look(file);
        var (saved, revision) = await mappings.LoadAsync(folder.Tenant, folder.Source, cancellation);
        if (Objection(file, seen, saved) is { } code)
        {
            await RefuseAsync(folder, file, seen, code, cancellation);
            return true;
        }
        var (upload, key) = await vault.BeginAsync(folder.Tenant, cancellation);
        var kept = false;
        try
        {
            StoredPart part;
            await using (var content = new FileStream(file.FullName, System.IO.FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
                part = await vault.WriteAsync(folder.Tenant, upload, key, 0, ReceiveFeed.PartName(file.Name, saved), content, settings.MaxUploadBytes, cancellation) with { Mappings = revision };
            file.Refresh();
            if (!file.Exists || WholeFiles.Look(file) != seen || part.Bytes != seen.Size)
                return false;
            var (outcome, feed) = await feeds.RegisterAsync(folder.Tenant,
                new(null, folder.Source, upload, ReceiveFeed.Hash([part]), part.Bytes, [part], vault.Wrap(key, upload), By, null, IdOf(folder, file, seen, part.Sha256)), cancellation);
            kept = outcome is Registered.New or Registered.Resumed;
            FaultPoint.Reached("folder.registered", folder.Source);
            signal.Wake();
            Move(folder, file, Taken, feed);
            logger.LogInformation("Took a file of {Source} of {Tenant} as feed {Feed} ({Outcome})", folder.Source, folder.Tenant, feed, outcome);
            return true;
        }
        finally
        {
            if (!kept)
                await vault.DeleteAsync(folder.Tenant, upload, CancellationToken.None);
        }
    }

    /// <summary>Why the file is not even stored; null if it is.</summary>
    string? Objection(FileInfo file, Seen seen, SourceMappings saved)
    {
        if (file.LinkTarget is not null)
            return "folder.link";
        if (seen.Size == 0)
            return "folder.empty";
        if (seen.Size > settings.MaxUploadBytes)
            return "folder.too-large";
        try
        {
            _ = ReceiveFeed.PartName(file.Name, saved);
            return null;
        }
        catch (ProblemException)
        {
            return "folder.file-unknown";
        }
    }

    async Task RefuseAsync(FolderSettings folder, FileInfo file, Seen seen, string code, CancellationToken cancellation)
    {
        var (id, message) = (IdOf(folder, file, seen, code), IssueTexts.Sentences[code]);
        // The name alone is told, if it may stand in findings
        var name = ReceiveFeed.IsFileName(file.Name) ? file.Name : "(file)";
        var feed = await feeds.RefusedAsync(folder.Tenant, id, folder.Source, By, cancellation);
        await work.KeepIssuesAsync(folder.Tenant, id, [new(name, null, null, code, Severity.BatchRejected, message, new Dictionary<string, string>())], [], cancellation);
        await apply.RejectAsync(folder.Tenant, feed, name, code, message, new EventContext(By, null), cancellation);
        Move(folder, file, Refused, id);
        logger.LogWarning("Refused a file of {Source} of {Tenant}: {Code}", folder.Source, folder.Tenant, code);
    }

    static Guid IdOf(FolderSettings folder, FileInfo file, Seen seen, string content) =>
        EventIds.Derive(Guid.Empty, string.Create(CultureInfo.InvariantCulture, $"folder\n{folder.Tenant}\n{folder.Source}\n{file.Name}\n{seen.Written.Ticks}\n{seen.Size}\n{content}"));

    /// <summary>Under the feed's id: put back into the folder, it is another file. Its time is from now on when it was moved.</summary>
    void Move(FolderSettings folder, FileInfo file, string to, Guid feed)
    {
        var target = System.IO.Path.Combine(Directory.CreateDirectory(System.IO.Path.Combine(folder.Path, to)).FullName, $"{feed:N}.{file.Name}");
        File.Move(file.FullName, target, overwrite: true);
        if (file.LinkTarget is null)
            File.SetLastWriteTimeUtc(target, clock.GetUtcNow().UtcDateTime);
        File.Delete(file.FullName + WholeFiles.Marker);
    }

    /// <summary>Deletes moved files that were kept long enough.</summary>
    public void Sweep(FolderSettings folder)
    {
        foreach (var moved in new[] { Taken, Refused }.Select(name => new DirectoryInfo(System.IO.Path.Combine(folder.Path, name))).Where(d => d.Exists).SelectMany(d => d.EnumerateFiles()))
            if (clock.GetUtcNow().UtcDateTime - moved.LastWriteTimeUtc > folder.Keep)
                moved.Delete();
    }
}
