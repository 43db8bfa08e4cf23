using EquityPlatform.Contracts.Reporting;
using EquityPlatform.EventSourcing;
using EquityPlatform.Reporting.Disclosure;
using EquityPlatform.Reporting.Files;
using EquityPlatform.Reporting.Releases;
using Npgsql;

namespace EquityPlatform.Reporting.Jobs;

/// <summary>
/// One run of a release's job: fetch, control, freeze, publish. Each step is kept before the next begins and may be repeated,
/// so a run that was killed anywhere is simply run again. Once frozen, the bytes are never made anew.
/// </summary>
internal sealed class ReleaseRun(NpgsqlDataSource database, ReleaseTable table, FetchValues fetch, FrozenStore store, Aggregates<Release, ReleaseEvent> releases, TimeProvider clock)
{
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    const int MostDoublings = 5;

    /// <summary>False if another replica has the job.</summary>
    public async Task<bool> RunAsync(ReleaseJob job, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using (var locking = new NpgsqlCommand("select pg_try_advisory_lock(hashtextextended('equity-release:' || $1, 0))", connection) { Parameters = { new() { Value = job.ReleaseId.ToString("D") } } })
            if (await locking.ExecuteScalarAsync(cancellation) is not true)
                return false;
        try
        {
            await PublishAsync(job, cancellation);
        }
        catch (TryLaterException e)
        {
            var pause = FirstPause * Math.Pow(2, Math.Min(job.Attempts, MostDoublings));
            await table.NoteAsync(job, ReleaseState.Running, 10, e.Code, e.Message, job.Attempts + 1, clock.GetUtcNow() + pause, cancellation);
        }
        catch (CannotReleaseException e)
        {
            await FailAsync(job, e.Code, e.Message, cancellation);
        }
        catch (UnfitValuesException e)
        {
            await FailAsync(job, "release.values-unfit", e.Message, cancellation);
        }
        finally
        {
            // The connection goes back to the pool, so the lock must be given up by hand
            await using var unlocking = new NpgsqlCommand("select pg_advisory_unlock_all()", connection);
            await unlocking.ExecuteNonQueryAsync(CancellationToken.None);
        }
        return true;
    }

    async Task PublishAsync(ReleaseJob job, CancellationToken cancellation)
    {
        // A run that died between reserving the year and the event finds no event: the request is then recorded here
        await DecideAsync(job, state => RequestRelease.Decide(state, new(job.ReleaseId, job.SchoolYear), job.ReleaseId), cancellation);
        var manifest = job.Manifest ?? await FreezeAsync(job, cancellation);
        await DecideAsync(job, state => PublishRelease.Decide(state, manifest), cancellation);
        await table.NoteAsync(job, ReleaseState.Published, 100, null, null, job.Attempts, null, cancellation);
    }

    async Task<ReleaseManifest> FreezeAsync(ReleaseJob job, CancellationToken cancellation)
    {
        await table.NoteAsync(job, ReleaseState.Running, 10, null, null, job.Attempts, null, cancellation);
        var source = await fetch.FetchAsync(job.Tenant, job.SchoolYear, cancellation);
        await table.NoteAsync(job, ReleaseState.Running, 50, null, null, job.Attempts, null, cancellation);
        var controlled = DisclosureControl.Apply(source.Definitions, source.Cells);
        var frozen = ReleaseFiles.Freeze(job.ReleaseId, job.Tenant, job.SchoolYear, clock.GetUtcNow(), source, controlled);
        return await store.KeepAsync(job.Tenant, job.ReleaseId, frozen, cancellation);
    }

    async Task FailAsync(ReleaseJob job, string code, string sentence, CancellationToken cancellation)
    {
        await DecideAsync(job, state => PublishRelease.DecideFailure(state, code, sentence), cancellation);
        await table.NoteAsync(job, ReleaseState.Failed, 100, code, sentence, job.Attempts, null, cancellation);
    }

    async Task DecideAsync(ReleaseJob job, Func<Release, Outcome<ReleaseEvent>> decide, CancellationToken cancellation)
    {
        if (await releases.HandleAsync(new(job.Tenant, job.RequestedBy), job.ReleaseId.ToString("D"), null, decide, cancellation) is Handled.Refused refused)
            throw new InvalidOperationException($"Release {job.ReleaseId}: {refused.Refusal.Code}.");
    }
}
