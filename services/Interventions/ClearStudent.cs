using EquityPlatform.ServiceHost.Erasure;
using Npgsql;

namespace EquityPlatform.Interventions;

/// <summary>
/// Goals, plans and evidence are about groups: nothing here stands under a student's pseudonym. A table that gets a column <c>student_key</c> must be
/// cleared here; a test looks for such columns.
/// </summary>
internal sealed class ClearStudent : IClearStudent
{
    public Task<int> ClearAsync(string tenant, string studentKey, NpgsqlConnection connection, CancellationToken cancellation) => Task.FromResult(0);
}
