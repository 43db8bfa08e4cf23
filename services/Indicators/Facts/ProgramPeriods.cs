using System.Text.Json;
using EquityPlatform.Contracts.Bus;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.EventSourcing;
using Npgsql;

namespace EquityPlatform.Indicators.Facts;

/// <summary>A statement with dates replaces the earlier one without: "yes, since August" says more than "yes".</summary>
internal static class ProgramPeriods
{
    public static async Task ReplaceUndatedAsync(NpgsqlConnection connection, string tenant, IReadOnlyList<PublishedEvent> programs, CancellationToken cancellation)
    {
        var dated = programs.Select(e => (Record: e.Data.Deserialize<StudentProgramRecorded>(EventTypes.Json)!, e.Seq)).Where(p => p.Record.BeginDate is not null).ToList();
        if (dated.Count == 0)
            return;
        await using var command = new NpgsqlCommand("""
            delete from programs t using unnest($2::text[], $3::text[], $4::bigint[]) as r(student, program, seq)
            where t.tenant_id = $1 and t.student_key = r.student and t.program = r.program and t.period = $5 and t.seq < r.seq
            """, connection);
        command.Parameters.AddWithValue(tenant);
        command.Parameters.AddWithValue(dated.ConvertAll(p => p.Record.StudentKey).ToArray());
        command.Parameters.AddWithValue(dated.ConvertAll(p => p.Record.Program).ToArray());
        command.Parameters.AddWithValue(dated.ConvertAll(p => p.Seq).ToArray());
        command.Parameters.AddWithValue(FactTables.Undated);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
