namespace EquityPlatform.EventSourcing.AuditLog;

/// <summary>
/// An operator founded a tenant's audit log anew, because the database had lost or changed what was signed. The former log is closed for ever; the new one,
/// under a name of its own, begins with the first event that the database holds now.
/// </summary>
/// <param name="Refused">Why nothing was signed under the former name any more.</param>
public sealed record AuditLogFounded(int Generation, string Origin, string Former, string Refused)
{
    public const string Type = "audit-log-founded/1";

    /// <summary>Founds it, on record. Run again after a crash it ends what was begun. Null if the log is in order and nothing was done.</summary>
    /// <param name="reason">What happened and who decided, for whoever meets the closed log.</param>
    public static async Task<AuditLogFounded?> FoundAsync(EventLog log, AuditOrigin origins, string tenant, string user, string reason, CancellationToken cancellation)
    {
        LogState? state;
        await using (var reading = await TenantTransaction.BeginAsync(log.Database, tenant, cancellation))
            state = await new LogTree(reading.Connection, EventLogSchema.Quoted(log.Schema), tenant).ReadAsync(cancellation);
        if (state is not { Refused: { } refused })
            return null;
        var (former, generation) = (origins.Of(tenant, state.Generation), state.Generation + 1);
        var founded = new AuditLogFounded(generation, origins.Of(tenant, generation), former, refused);
        var id = EventIds.Derive(Guid.Empty, $"audit-log-founded:{founded.Origin}");
        var append = new Append(tenant, $"operation-{id:D}", "operation", ExpectedVersion.Any, [new(id, founded, Reason: reason)], new(user));
        if (await log.AppendAsync(append, cancellation) is AppendResult.AppendRefused { Code: not "event.id-reused" } no)
            throw new InvalidOperationException(no.Message);
        await using var transaction = await TenantTransaction.BeginAsync(log.Database, tenant, cancellation);
        await new LogTree(transaction.Connection, EventLogSchema.Quoted(log.Schema), tenant).FoundAsync(generation, cancellation);
        await transaction.CommitAsync(cancellation);
        return founded;
    }
}
