using System.Globalization;
using System.Text;
using EquityPlatform.Testing;
using FsCheck;
using FsCheck.Fluent;
using static EquityPlatform.EventSourcing.Tests.TestLog;

namespace EquityPlatform.EventSourcing.Tests;

public sealed class JsonRulesTests
{
    [Theory]
    [InlineData("0", true)]
    [InlineData("-0", true)]
    [InlineData("0.1", true)]
    [InlineData("1.50", true)]
    [InlineData("1e21", true)]
    [InlineData("1E-7", true)]
    [InlineData("9007199254740992", true)]
    [InlineData("9007199254740993", false)]
    [InlineData("1000000000000000000000", true)]
    [InlineData("123456789012345678901234567890", false)]
    [InlineData("0.12345678901234567890", false)]
    [InlineData("1e400", false)]
    public void Numbers_must_survive_a_double(string number, bool survives) =>
        (JsonRules.Check(Encoding.UTF8.GetBytes($"[{number}]")) is null).ShouldBe(survives);

    [Fact]
    public void Every_finite_double_in_its_shortest_form_survives() =>
        Prop.ForAll<NormalFloat>(value => JsonRules.SurvivesDouble(Encoding.UTF8.GetBytes(value.Get.ToString("R", CultureInfo.InvariantCulture)))).QuickCheckThrowOnFailure();

    [Fact]
    public void A_text_is_Unicode_exactly_if_it_survives_UTF_8() =>
        Prop.ForAll<string>(text => text is null || JsonRules.IsUnicode(text) == (Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("""{"a":"\u0000"}""", "event.json-nul")]
    [InlineData("""{"a\u0000":1}""", "event.json-nul")]
    [InlineData("""{"a":"\\u0000"}""", null)]
    [InlineData("""{"a":"\ud800"}""", "event.json-surrogate")]
    [InlineData("""{"a":"\ud83d\ude00"}""", null)]
    [InlineData("""{"a":1,"b":{"a":2},"a":3}""", "event.json-duplicate-member")]
    [InlineData("""{"a":1,"b":[{"a":2},{"a":3}]}""", null)]
    [InlineData("""{"a":1""", "event.json-invalid")]
    public void Values_that_would_change_on_the_way_are_refused(string json, string? code) =>
        (JsonRules.Check(Encoding.UTF8.GetBytes(json))?.Code).ShouldBe(code);
}

public sealed class AppendRulesTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    static string Long(int length) => new('x', length);

    public static TheoryData<string, string> Refusals => new()
    {
        { "nul", "event.json-nul" }, { "surrogate", "event.json-surrogate" }, { "surrogate in a name", "event.json-surrogate" }, { "NaN", "event.json-invalid" },
        { "too many digits", "event.json-number" }, { "unknown type", "event.type-unknown" }, { "long stream id", "append.text-too-long" }, { "long tenant", "append.text-too-long" },
        { "no events", "append.empty" }, { "no user", "append.id-missing" }, { "same id twice", "event.id-duplicate" }, { "nul in the user", "event.json-nul" }, { "too large", "event.too-large" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_bad_append_is_refused_with_a_code_and_leaves_nothing(string what, string code)
    {
        await using var log = await CreateAsync(server);
        var id = Guid.NewGuid();
        Append With(params object[] data) => new("a", "s", "note", ExpectedVersion.Any, [.. data.Select(d => new NewEvent(Guid.NewGuid(), d))], new("u"));
        var append = what switch
        {
            "nul" => With(new Noted("a\0b")),
            "surrogate" => With(new Noted("a\ud800b")),
            "surrogate in a name" => With(new Labelled(new() { ["\udc00"] = "x" })),
            "NaN" => With(new Weighed(double.NaN)),
            "too many digits" => With(new Counted(9007199254740993)),
            "unknown type" => With("a text"),
            "long stream id" => With(new Noted("x")) with { StreamId = Long(201) },
            "long tenant" => With(new Noted("x")) with { Tenant = Long(201) },
            "no events" => With(),
            "no user" => With(new Noted("x")) with { Context = new("") },
            "same id twice" => With() with { Events = [new(id, new Noted("x")), new(id, new Noted("x"))] },
            "nul in the user" => With(new Noted("x")) with { Context = new("\0") },
            "too large" => With(new Noted(Long(9 << 20))),
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };
        (await log.Log.AppendAsync(append, default)).ShouldBeOfType<AppendResult.AppendRefused>().Code.ShouldBe(code);
        (await log.Log.HeadAsync(default)).ShouldBe(0);
    }

    [Fact]
    public async Task The_longest_ids_that_are_allowed_fit_into_the_indexes()
    {
        await using var log = await CreateAsync(server);
        var wide = string.Concat(Enumerable.Range(0, 100).Select(i => char.ConvertFromUtf32(0x10000 + i * 7919 % 0xF0000))); // 200 UTF-16 units, 400 bytes
        await log.AppendedAsync(Note(wide, "x", tenant: wide));
    }

    [Fact]
    public async Task Text_of_every_script_comes_back_as_it_was()
    {
        await using var log = await CreateAsync(server);
        const string text = "¿Año? 漢字 😀 \\u0000 \" \u0001 \u2028";
        await log.AppendedAsync(Note("s", text));
        (await log.AllAsync()).ShouldHaveSingleItem().Data.ShouldBe(new Noted(text));
    }
}
