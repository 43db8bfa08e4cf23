using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Roster;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Surveys;

/// <summary>One answer of one response to a survey. Anonymous is normal. Free text is dropped at the edge: it names people.</summary>
/// <param name="Numeric">In ten-thousandths; null where the answer was a text only.</param>
internal sealed record SurveyAnswerRecorded(string SurveyId, string ResponseId, string? StudentKey, string? SchoolId, int? SchoolYear, DateOnly? Date, string QuestionCode, long? Numeric, bool HadText, Change Change, string Salt);

internal sealed class SurveyAnswerDraft(string survey, string response, string? user, string? school, int? year, DateOnly? date, string question, long? numeric, bool hadText, Place place, Row row)
    : Draft(RecordKind.SurveyResponse, string.Join('\n', survey, response, question), place, row)
{
    public override KeyFacts Facts => new(School: school, Year: year, Day: date);
    public override string Mark => question;
    public override string? Person => user;

    /// <summary>Whose answer it is, the hash of it says by the pseudonym: an id may change.</summary>
    public override string Content => Join(school, Text(date), Amounts.Text(numeric), hadText ? "1" : "0");

    /// <summary>A named answer is part of the student's record; an anonymous one is the school's.</summary>
    public override (string, string) Stream(string person) =>
        user is null ? ($"school-{school ?? "district"}", "school")
        : year is null ? ($"student-{person}", "student")
        : ($"learning-{person}-{Amounts.Text(year)}", "learning");

    public override object Event(EventFacts facts) =>
        new SurveyAnswerRecorded(survey, response, user is null ? null : facts.Person, school, year, date, question, numeric, hadText, facts.Change, facts.Salt);
}

/// <summary>Reads surveyResponses.csv: one row for each answer.</summary>
internal static class SurveyAnswers
{
    public static void Read(Table table, Reading reading) => NaturalKeys.Read(table, reading, check =>
    {
        var (survey, response, question) = (check.Id("surveyId"), check.Id("responseId"), check.RequiredCode("questionCode"));
        var (school, date) = (reading.OptionalOrganization(check, "schoolSourcedId"), check.Date("date"));
        var user = check.Optional("userSourcedId") is null ? null : reading.Student(check, "userSourcedId");
        var numeric = Amounts.InResult(check.Code("numeric", 20));
        if (check.Ok && numeric is null && check.Optional("numeric") is not null)
            check.Quarantine("numeric", "number.decimal");
        return check.Ok
            ? new SurveyAnswerDraft(survey, response, user, school, date is { } day ? reading.SchoolYearOf(day) : null, date, question, numeric, check.Optional("text") is not null, check.Row.Place, check.Row)
            : null;
    });
}
