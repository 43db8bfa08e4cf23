using System.Collections.Concurrent;
using EquityPlatform.Indicators.Definitions;
using EquityPlatform.Indicators.Facts;

namespace EquityPlatform.Indicators.Cube;

/// <summary>A cube with the vector of positions that its numbers stand for.</summary>
internal sealed record CubeAt(YearCube Cube, IReadOnlyDictionary<string, long> Positions, DateTimeOffset? DataAsOf);

/// <summary>
/// Cubes by tenant and school year, made when asked for and made again when facts of the year have changed. Whether they have is one
/// look-up in the database per question, so every replica answers with what was committed before the question came.
/// </summary>
internal sealed class CubeStore(FactReader reader, DefinitionLog definitions)
{
    readonly ConcurrentDictionary<(string Tenant, int SchoolYear), Built> cubes = [];
    readonly ConcurrentDictionary<(string Tenant, int SchoolYear), SemaphoreSlim> building = [];

    /// <summary>The current cube; null where no student was enrolled in that school year.</summary>
    public async Task<CubeAt?> FindAsync(string tenant, int schoolYear, CancellationToken cancellation)
    {
        if (await CurrentAsync(tenant, schoolYear, cancellation) is { } current)
            return current;
        var gate = building.GetOrAdd((tenant, schoolYear), _ => new(1, 1));
        await gate.WaitAsync(cancellation);
        try
        {
            if (await CurrentAsync(tenant, schoolYear, cancellation) is { } builtMeanwhile)
                return builtMeanwhile;
            var (facts, position) = await reader.YearAsync(tenant, schoolYear, cancellation);
            var cube = new YearCube(facts);
            if (!cube.HasStudents)
            {
                cubes.TryRemove((tenant, schoolYear), out _);
                return null;
            }
            cubes[(tenant, schoolYear)] = new(cube, position.YearStamp, position.Tables);
            return await AtAsync(tenant, cube, position, cancellation);
        }
        finally
        {
            gate.Release();
        }
    }

    async Task<CubeAt?> CurrentAsync(string tenant, int schoolYear, CancellationToken cancellation)
    {
        if (!cubes.TryGetValue((tenant, schoolYear), out var built))
            return null;
        var position = await reader.PositionAsync(tenant, schoolYear, cancellation);
        return (position.YearStamp, position.Tables) == (built.YearStamp, built.Tables) ? await AtAsync(tenant, built.Cube, position, cancellation) : null;
    }

    async Task<CubeAt> AtAsync(string tenant, YearCube cube, FactPosition position, CancellationToken cancellation) =>
        new(cube, new SortedDictionary<string, long>(StringComparer.Ordinal)
        {
            ["indicators"] = await definitions.PositionAsync(tenant, cancellation),
            ["ingestion"] = position.Ingestion,
        }, position.DataAsOf);

    sealed record Built(YearCube Cube, long YearStamp, long Tables);
}
