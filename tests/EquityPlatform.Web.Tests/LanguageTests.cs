namespace EquityPlatform.Web.Tests;

public sealed class LanguageTests
{
    [Theory]
    [InlineData(0.123, "12 of 100", "12 de cada 100")]
    [InlineData(0.0, "0 of 100", "0 de cada 100")]
    [InlineData(1.0, "100 of 100", "100 de cada 100")]
    [InlineData(0.004, "0.4 of 100", "0.4 de cada 100")]
    [InlineData(0.997, "99.7 of 100", "99.7 de cada 100")]
    public void A_rate_is_said_of_a_hundred_and_never_rounded_to_none_or_all(double rate, string english, string spanish)
    {
        Language.English.PerHundred(rate).ShouldBe(english);
        Language.Spanish.PerHundred(rate).ShouldBe(spanish);
    }

    [Fact]
    public void Dates_are_written_as_readers_expect()
    {
        Language.English.Date(new DateOnly(2026, 3, 4)).ShouldBe("March 4, 2026");
        Language.Spanish.Date(new DateOnly(2026, 3, 4)).ShouldBe("4 de marzo de 2026");
        Language.English.Instant(new DateTimeOffset(2026, 3, 4, 10, 5, 6, TimeSpan.FromHours(2))).ShouldBe("March 4, 2026, 08:05:06 UTC");
    }

    [Fact]
    public void Differences_carry_their_sign()
    {
        Language.English.Points(0.0512).ShouldBe("+5.1");
        Language.English.Points(-0.0512).ShouldBe("\u22125.1");
        Language.English.Points(0).ShouldBe("0.0");
    }

    [Fact]
    public void School_years_are_named_by_both_years() => Language.SchoolYear(2011).ShouldBe("2010\u201311");

    [Fact]
    public void Days_come_from_ten_thousandths() => Language.English.Days(12_345_000).ShouldBe("1,234.5");

    [Fact]
    public void Spanish_pages_live_under_es()
    {
        Language.Spanish.Href("/goals").ShouldBe("/es/goals");
        Language.Spanish.Href("/").ShouldBe("/es");
        Language.English.Href("/goals").ShouldBe("/goals");
    }

    [Fact]
    public void Row_numbers_are_joined_to_ranges() => Ranges.Of([9, 3, 7, 8, 12, 13, 7]).ShouldBe("3, 7\u20139, 12, 13");

    [Theory]
    [InlineData("/goals?x=1", "/goals?x=1")]
    [InlineData("//evil.example", null)]
    [InlineData("/\\evil.example", null)]
    [InlineData("https://evil.example", null)]
    [InlineData("/a\r\nSet-Cookie: x", null)]
    [InlineData(null, null)]
    public void Sign_in_leads_to_pages_of_this_site_only(string? asked, string? led) => SignIn.LocalPath(asked).ShouldBe(led);
}
