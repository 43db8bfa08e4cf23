using EquityPlatform.Contracts.Bus;
using EquityPlatform.Contracts.Ingestion;
using Npgsql;

namespace EquityPlatform.Indicators.Facts;

/// <summary>
/// Takes back what a source no longer holds. Organizations stay: their numbers of past years keep their names. Whatever was recorded again later in the log stays, too.
/// </summary>
internal static class RemovedFacts
{
    static readonly Dictionary<string, string> Statements = new(StringComparer.Ordinal)
    {
        ["session"] = "delete from sessions t using removed r where t.tenant_id = $1 and t.session_id = r.id and t.seq < r.seq",
        ["calendarDay"] = "delete from calendar_days t using removed r where t.tenant_id = $1 and t.school_id = r.school and t.day = r.day and t.seq < r.seq",
        ["demographics"] = "delete from demographics t using removed r where t.tenant_id = $1 and t.student_key = r.student and t.seq < r.seq",
        ["program"] = "delete from programs t using removed r where t.tenant_id = $1 and t.student_key = r.student and t.program = r.program and t.period = coalesce(r.day, '0001-01-02') and t.seq < r.seq",
        ["attendance"] = "delete from attendance t using removed r where t.tenant_id = $1 and t.school_year = r.year and t.student_key = r.student and t.school_id = r.school and t.day = r.day and t.seq < r.seq",
    };

    /// <summary>School year that a removal touches.</summary>
    public static int YearOf(RecordRemoved removed) => removed is { Kind: "attendance", SchoolYear: { } year } ? year : StudentFactsConsumer.EveryYear;

    public static async Task ApplyAsync(NpgsqlConnection connection, string tenant, IReadOnlyList<(RecordRemoved Record, PublishedEvent Event)> removed, CancellationToken cancellation)
    {
        foreach (var kind in removed.GroupBy(r => r.Record.Kind))
        {
            if (!Statements.TryGetValue(kind.Key, out var sql))
                continue;
            var facts = kind.ToList();
            await using var command = new NpgsqlCommand($"""
                with removed as (
                  select * from unnest($2::text[], $3::text[], $4::text[], $5::int[], $6::date[], $7::text[], $8::bigint[]) as r(id, student, school, year, day, program, seq))
                {sql}
                """, connection);
            command.Parameters.AddWithValue(tenant);
            command.Parameters.AddWithValue(facts.ConvertAll(f => f.Record.RecordId).ToArray());
            command.Parameters.AddWithValue(facts.ConvertAll(f => f.Record.StudentKey).ToArray());
            command.Parameters.AddWithValue(facts.ConvertAll(f => f.Record.SchoolId).ToArray());
            command.Parameters.AddWithValue(facts.ConvertAll(f => f.Record.SchoolYear).ToArray());
            command.Parameters.AddWithValue(facts.ConvertAll(f => f.Record.Date).ToArray());
            command.Parameters.AddWithValue(facts.ConvertAll(f => f.Record.Program).ToArray());
            command.Parameters.AddWithValue(facts.ConvertAll(f => f.Event.Seq).ToArray());
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }
}
