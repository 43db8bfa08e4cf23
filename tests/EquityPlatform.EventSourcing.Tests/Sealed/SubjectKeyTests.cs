using System.Security.Cryptography;
using EquityPlatform.EventSourcing.Sealed;
using EquityPlatform.Testing;
using Npgsql;

namespace EquityPlatform.EventSourcing.Tests.Sealed;

public sealed class SubjectKeyTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    const string Tenant = "grand-bend";
    const string Identity = "identity";
    static readonly OpeningPurpose Why = new OpeningPurpose.Processing("test", "a test");
    static readonly byte[] Master = RandomNumberGenerator.GetBytes(32);
    const string Host = "audit.example.org";

    sealed record Room(NpgsqlDataSource Database, SubjectKeys Keys, SealedData Data);

    async Task<NpgsqlDataSource> DatabaseAsync()
    {
        var address = await postgres.CreateDatabaseAsync();
        var roles = TestRoles.Of(address);
        await Task.WhenAll(Migrate(), Migrate());
        return NpgsqlDataSource.Create(roles.Service);

        Task Migrate() => KeySchema.MigrateAsync(roles.Owner, TestRoles.NameOf(roles.Service), default);
    }

    static Room With(NpgsqlDataSource database, params byte[][] masters)
    {
        var keys = new SubjectKeys(database, new(masters.FirstOrDefault() ?? Master, masters.Skip(1)), TimeProvider.System);
        return new(database, keys, new(keys, new(Host, "ingestion")));
    }

    static async Task<SealedEvent> SealAsync(Room room, string subject, object data, string tenant = Tenant)
    {
        var id = Guid.NewGuid();
        var key = await room.Keys.EnsureAsync(tenant, Identity, subject, default);
        return new(id, subject, key.Seal(room.Data.Origin(tenant), id, data));
    }

    [Fact]
    public async Task One_key_a_person_whoever_asks_first()
    {
        await using var database = await DatabaseAsync();
        var subjects = Enumerable.Range(0, 3_000).Select(i => $"s{i}").ToArray();
        var replicas = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => With(database).Keys.EnsureAsync(Tenant, Identity, subjects, default))));
        foreach (var keys in replicas)
            subjects.Select(s => keys[s].Kid).ShouldBe(subjects.Select(s => replicas[0][s].Kid));
        replicas[0].Values.Select(k => k.Kid).Distinct().Count().ShouldBe(3_000);
        (await With(database).Keys.EnsureAsync(Tenant, "notes", "s1", default)).Kid.ShouldNotBe(replicas[0]["s1"].Kid);
    }

    [Fact]
    public async Task Opens_in_another_process_and_for_no_other_district()
    {
        await using var database = await DatabaseAsync();
        var part = await SealAsync(With(database), "s1", new { givenName = "Zéphyrine" });
        (await With(database).Data.OpenAsync(Tenant, [part], Why, default)).ShouldHaveSingleItem().ShouldBeOfType<Opened.Readable>().Data.GetProperty("givenName").GetString().ShouldBe("Zéphyrine");
        (await With(database).Data.OpenAsync("elsewhere", [part], Why, default)).ShouldBe([new Opened.Refused(SealedCodes.KeyMissing)]);
    }

    [Fact]
    public async Task Codes_tell_what_is_wrong()
    {
        await using var database = await DatabaseAsync();
        var room = With(database);
        var (one, two) = (await SealAsync(room, "s1", new { n = 1 }), await SealAsync(room, "s1", new { n = 2 }));
        var stranger = await SealAsync(room, "s2", new { n = 3 });
        (await room.Data.OpenAsync(Tenant,
        [
            one, two with { Part = one.Part }, one with { Subject = "s2" }, one with { Part = one.Part with { Kid = "k_unknown" } },
            one with { Part = one.Part with { Kid = (await SealAsync(room, "s1", new { n = 4 })).Part.Kid, Kc = stranger.Part.Kc } },
        ], Why, default)).Skip(1).ShouldBe(
        [
            new Opened.Refused(SealedCodes.Moved), new Opened.Refused(SealedCodes.OtherSubject), new Opened.Refused(SealedCodes.KeyMissing), new Opened.Refused(SealedCodes.WrongKey),
        ]);
    }

    [Fact]
    public async Task A_destroyed_key_is_an_answer_everywhere_at_once_and_stays_destroyed()
    {
        await using var database = await DatabaseAsync();
        var (here, there) = (With(database), With(database));
        var (gone, kept) = (await SealAsync(here, "s1", new { n = 1 }), await SealAsync(here, "s2", new { n = 2 }));
        (await there.Data.OpenAsync(Tenant, [gone], Why, default))[0].ShouldBeOfType<Opened.Readable>();
        var erasure = Guid.NewGuid();
        var kids = await here.Keys.DestroyAsync(Tenant, "s1", Identity, erasure, default);
        kids.ShouldBe([gone.Part.Kid]);
        (await here.Keys.DestroyAsync(Tenant, "s1", Identity, Guid.NewGuid(), default)).ShouldBe(kids);
        foreach (var room in new[] { here, there })
        {
            var answers = await room.Data.OpenAsync(Tenant, [gone, kept], Why, default);
            answers[0].ShouldBeOfType<Opened.Erased>();
            answers[1].ShouldBeOfType<Opened.Readable>();
        }
        // Never a new key under the old name
        (await here.Keys.EnsureAsync(Tenant, Identity, ["s1", "s2"], default)).Keys.ShouldBe(["s2"]);
        (await here.Keys.ErasedAsync(Tenant, "s1", default)).ShouldNotBeNull();
        (await here.Keys.ErasedAsync(Tenant, default)).ShouldBe(["s1"]);
        // Also for someone who never had a key
        (await here.Keys.DestroyAsync(Tenant, "s9", Identity, erasure, default)).ShouldHaveSingleItem();
        (await here.Keys.EnsureAsync(Tenant, Identity, ["s9"], default)).ShouldBeEmpty();
        (await database.CreateCommand($"set eq.tenant = '{Tenant}'; select count(*) from keys.eq_subject_keys where destroyed is not null and (wrapped_key is not null or master is not null)").ExecuteScalarAsync()).ShouldBe(0L);
    }

    [Fact]
    public async Task A_wrapped_key_copied_into_another_row_does_not_open()
    {
        await using var database = await DatabaseAsync();
        var room = With(database);
        var part = await SealAsync(room, "s1", new { n = 1 });
        await SealAsync(room, "s2", new { n = 2 });
        await database.CreateCommand($"set eq.tenant = '{Tenant}'; update keys.eq_subject_keys set wrapped_key = (select wrapped_key from keys.eq_subject_keys where subject = 's2') where subject = 's1'").ExecuteNonQueryAsync();
        await Should.ThrowAsync<CryptographicException>(() => With(database).Data.OpenAsync(Tenant, [part], Why, default));
    }

    [Fact]
    public async Task A_new_master_key_takes_over_and_the_old_one_can_go()
    {
        await using var database = await DatabaseAsync();
        var (old, next) = (RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32));
        (await Room(old).ObjectionAsync(default)).ShouldBeNull();
        SealedEvent[] parts = [await SealAsync(With(database, old), "s1", new { n = 1 }), await SealAsync(With(database, old), "s2", new { n = 2 }, "elsewhere")];
        // A mistaken file must not make everything unreadable
        (await Room(next).ObjectionAsync(default)).ShouldNotBeNull().ShouldContain("not configured");
        await Should.ThrowAsync<MasterKeyMissingException>(() => With(database, next).Data.OpenAsync(Tenant, [parts[0]], Why, default));
        (await Room(next, old).ObjectionAsync(default)).ShouldBeNull();
        (await With(database, next, old).Data.OpenAsync(Tenant, [parts[0]], Why, default))[0].ShouldBeOfType<Opened.Readable>();
        (await Room(next, old).RewrapAsync(default)).ShouldBe(2);
        (await Room(next, old).RewrapAsync(default)).ShouldBe(0);
        (await Room(next).ObjectionAsync(default)).ShouldBeNull();
        (await With(database, next).Data.OpenAsync(Tenant, [parts[0]], Why, default))[0].ShouldBeOfType<Opened.Readable>();
        (await With(database, next).Data.OpenAsync("elsewhere", [parts[1]], Why, default))[0].ShouldBeOfType<Opened.Readable>();
        (await new KeyRoom(database, new(next), "other.example.org").ObjectionAsync(default)).ShouldNotBeNull().ShouldContain("audit.example.org");

        KeyRoom Room(params byte[][] masters) => new(database, new(masters[0], masters.Skip(1)), Host);
    }

    [Fact]
    public async Task The_database_keeps_districts_apart_and_deletes_nothing()
    {
        await using var database = await DatabaseAsync();
        await SealAsync(With(database), "s1", new { n = 1 });
        foreach (var (setting, count) in new[] { ("", 0L), ("set eq.tenant = 'elsewhere';", 0L), ($"set eq.tenant = '{Tenant}';", 1L) })
        {
            await using var connection = await database.OpenConnectionAsync();
            await using var command = new NpgsqlCommand($"{setting} select count(*) from keys.eq_subject_keys", connection);
            (await command.ExecuteScalarAsync()).ShouldBe(count, setting);
        }
        (await Should.ThrowAsync<PostgresException>(() => database.CreateCommand("delete from keys.eq_subject_keys").ExecuteNonQueryAsync())).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task Roles_for_which_row_level_security_would_not_hold_are_refused()
    {
        var roles = TestRoles.Of(await postgres.CreateDatabaseAsync());
        foreach (var role in new[] { roles.Owner, roles.Writer, roles.Superuser }.Select(TestRoles.NameOf).Append("nobody"))
            await Should.ThrowAsync<InvalidOperationException>(() => KeySchema.MigrateAsync(roles.Owner, role, default));
    }
}
