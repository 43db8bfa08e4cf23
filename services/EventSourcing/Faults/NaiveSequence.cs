using Npgsql;

namespace EquityPlatform.EventSourcing.Faults;

/// <summary>The mistake <c>naive-sequence</c>, which "everything after n" cannot survive: positions given out before the order of commits is known.</summary>
static class NaiveSequence
{
    /// <summary>The position before the reserved ones.</summary>
#if FAULT_POINTS
    public static long Reserve(NpgsqlConnection connection, string schema, int positions)
    {
        using var counter = new NpgsqlCommand($"""
            select pg_advisory_lock(77);
            select nextval('{schema}.mt_events_sequence') - 1, setval('{schema}.mt_events_sequence', currval('{schema}.mt_events_sequence') + {positions - 1}), pg_advisory_unlock(77)
            """, connection);
        using var reader = counter.ExecuteReader();
        reader.NextResult();
        reader.Read();
        return reader.GetInt64(0);
    }
#else
    public static long Reserve(NpgsqlConnection connection, string schema, int positions) => throw new NotSupportedException("Not in this build.");
#endif
}
