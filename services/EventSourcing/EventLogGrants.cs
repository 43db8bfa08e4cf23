namespace EquityPlatform.EventSourcing;

/// <summary>
/// The two roles of a service beside the owner. <paramref name="Service"/> reads and writes under row-level security;
/// <paramref name="Writer"/> (BYPASSRLS, since PostgreSQL refuses COPY under row-level security) is the group-commit writer's alone.
/// </summary>
public sealed record LogRoles(string Service, string Writer)
{
    /// <summary>The names that <c>deploy/database.sql</c> makes.</summary>
    public static LogRoles Of(string service) => new($"equity_{service}", $"equity_{service}_writer");
}

/// <summary>What the roles of a service may do.</summary>
public static class EventLogGrants
{
    /// <summary>
    /// Idempotent SQL, run by the owner after the tables were made: the service may use every table of the schema, but of the log
    /// it may only read what the writer writes; the writer may append, move head, streams and tenants, and nothing else. Nobody gets
    /// TRUNCATE, which row-level security would not stop.
    /// </summary>
    public static string Sql(string schema, LogRoles roles)
    {
        var (s, service, writer) = (EventLogSchema.Quoted(schema), Identifier(roles.Service), Identifier(roles.Writer));
        return $"""
            revoke all on schema {s} from public;
            revoke all on all tables in schema {s} from public, {service}, {writer};
            revoke all on all sequences in schema {s} from public, {service}, {writer};
            grant usage on schema {s} to {service}, {writer};

            grant select, insert, update, delete on all tables in schema {s} to {service};
            grant usage, select on all sequences in schema {s} to {service};
            revoke insert, update, delete on {s}.mt_events, {s}.mt_streams, {s}.mt_event_progression, {s}.eq_command, {s}.eq_head, {s}.eq_tenant from {service};
            revoke usage on {s}.mt_events_sequence from {service};
            revoke update, delete on {s}.eq_checkpoint from {service};
            grant update (cosigned) on {s}.eq_checkpoint to {service};
            revoke delete on {s}.eq_log_state, {s}.eq_log_tile from {service};

            grant select on {s}.mt_events, {s}.mt_streams, {s}.eq_command, {s}.eq_head, {s}.eq_tenant to {writer};
            grant insert on {s}.mt_events, {s}.mt_streams, {s}.eq_command, {s}.eq_tenant to {writer};
            grant update (version, timestamp) on {s}.mt_streams to {writer};
            grant update (last_seq, last_timestamp) on {s}.eq_head to {writer};
            grant update (last_seq) on {s}.eq_tenant to {writer};
            grant select, update on {s}.mt_events_sequence to {writer};
            """;
    }

    static string Identifier(string role) => $"\"{role.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
