using System.Globalization;

namespace EquityPlatform.Web;

/// <summary>The language of one page: words, numbers, dates and links. English has no prefix, Spanish lives under <c>/es</c>.</summary>
public sealed class Language
{
    public static readonly Language English = new("en", "", "en-US");
    public static readonly Language Spanish = new("es", "/es", "es-US");

    private Language(string code, string prefix, string culture)
    {
        Code = code;
        Prefix = prefix;
        // A copy, so that percentages and dates read the same on every machine, whatever its language data says
        Culture = (CultureInfo)CultureInfo.GetCultureInfo(culture).Clone();
        Culture.NumberFormat.PercentPositivePattern = 1;
        Culture.NumberFormat.PercentNegativePattern = 1;
    }

    public string Code { get; }

    public string Prefix { get; }

    public CultureInfo Culture { get; }

    public Language Other => this == English ? Spanish : English;

    public string this[Text text] => this == Spanish ? text.Es : text.En;

    public string this[Text text, params object?[] values] => string.Format(Culture, this[text], values);

    public string Count(Plural phrase, long count, params object?[] more) =>
        string.Format(Culture, this[count == 1 ? phrase.One : phrase.Many], [Number(count), .. more]);

    /// <summary>A path of this site in this language.</summary>
    public string Href(string path) => path == "/" && Prefix.Length > 0 ? Prefix : Prefix + path;

    public string Number(long value) => value.ToString("N0", Culture);

    /// <summary>Days from ten-thousandths of a day.</summary>
    public string Days(long tenThousandths) => (tenThousandths / 10000m).ToString("#,##0.##", Culture);

    public string Percent(double rate) => rate.ToString("P1", Culture);

    public string WholePercent(double rate) => rate.ToString("P0", Culture);

    /// <summary>A rate as "12 of 100"; below one in a hundred with one decimal, so that a small share is not shown as none.</summary>
    public string PerHundred(double rate)
    {
        var value = rate * 100;
        var rounded = Math.Round(value, MidpointRounding.AwayFromZero);
        var text = value > 0 && value < 1 || value < 100 && rounded >= 100 ? value.ToString("0.0", Culture) : rounded.ToString("0", Culture);
        return this[SiteTexts.OfHundred, text];
    }

    /// <summary>A difference in percentage points, with its sign.</summary>
    public string Points(double difference) => (difference * 100).ToString("+0.0;\u22120.0;0.0", Culture);

    public string TwoPlaces(double value) => value.ToString("0.00", Culture);

    /// <summary>School year by the year it ends: 2024 is 2023–24.</summary>
    public static string SchoolYear(int endYear) => string.Create(CultureInfo.InvariantCulture, $"{endYear - 1}\u2013{endYear % 100:00}");

    public string Date(DateOnly date) => date.ToString(this == Spanish ? "d 'de' MMMM 'de' yyyy" : "MMMM d, yyyy", Culture);

    public string Date(DateTimeOffset instant) => Date(DateOnly.FromDateTime(instant.UtcDateTime));

    /// <summary>An instant in UTC, named as such: a history must mean the same to every reader.</summary>
    public string Instant(DateTimeOffset instant) =>
        this[SiteTexts.DateAtTime, Date(instant), instant.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture)];

    /// <summary>"a, b and c".</summary>
    public string List(IReadOnlyList<string> items) => items.Count switch
    {
        0 => "",
        1 => items[0],
        _ => this[SiteTexts.And, string.Join(", ", items.Take(items.Count - 1)), items[^1]],
    };
}
