namespace EquityPlatform.EventSourcing;

/// <summary>DDL of the event log: Marten's tables (string identity, conjoined tenancy, all metadata) and our <c>eq_</c> tables.</summary>
public static class EventLogSchema
{
    /// <summary>Idempotent SQL that makes the log's tables in <paramref name="schema"/>.</summary>
    public static string Sql(string schema) => throw new NotImplementedException(schema);
}
