namespace EquityPlatform.SampleData.People;

/// <summary>One answer of a student to one question, 1 (not at all) to 5 (very much).</summary>
internal readonly record struct SurveyAnswer(Stay Stay, DateOnly Date, string Question, int Answer);

/// <summary>
/// The climate survey of the spring, grades 4 to 12. Fewer of the students who are absent a lot answer, so the answers speak for some more than for others; those who feel less
/// at home are those whom the school serves less well.
/// </summary>
internal static class ClimateSurvey
{
    public static readonly string[] Questions = ["safe", "belong", "adult-cares", "rules-fair", "work-challenges"];
    const int Day = 130;

    public static string Id(int year) => FormattableString.Invariant($"climate-{year}");

    public static IEnumerable<SurveyAnswer> Of(District district, Stay stay)
    {
        var day = SchoolYear.Of(stay.Year).Days[Day];
        var chance = Chance.Of(district.Seed, Purpose.Survey, stay.Pupil.Seat, stay.Pupil.Generation, stay.Year);
        if (stay.Grade < 4 || stay.From > day || stay.To <= day || !chance.Is(0.84 - (1.6 * stay.Pupil.Absence)))
            yield break;
        var mood = 0.6 * chance.Normal();
        for (var question = 0; question < Questions.Length; question++)
        {
            var apart = stay.Pupil.LessWellServed && Questions[question] is "belong" or "rules-fair" ? 0.45 : 0;
            if (!chance.Is(0.03)) // left blank
                yield return new(stay, day, Questions[question], Math.Clamp((int)Math.Round(3.7 - apart + mood + (0.8 * chance.Normal())), 1, 5));
        }
    }
}
