using EquityPlatform.Testing;

namespace EquityPlatform.Interventions.Tests.Http;

public sealed class ErasureTests(District district) : IClassFixture<District>
{
    [Fact]
    public Task An_erasure_is_acknowledged_once() => ErasureOfStudents.ShouldBeAcknowledgedAsync(district.Services, district.Database, District.Tenant);

    [Fact]
    public async Task No_table_holds_a_single_student() => (await ErasureOfStudents.TablesAsync(district.Database, "interventions")).ShouldBeEmpty();
}
