using System.Net;
using System.Net.Http.Json;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Ingestion;
using EquityPlatform.Testing;

namespace EquityPlatform.Ingestion.Tests.Erasure;

/// <summary>A student whose name, birth date and numbers cannot be mistaken for anything else.</summary>
internal static class Planted
{
    public const string SourcedId = "planted-stu-58213";
    public const string Given = "Zéphyrine-Oswalda";
    public const string Middle = "Quillfeather";
    public const string Family = "O'Vandermølen-Thrace";
    public const string Birth = "2009-07-31";
    public const string Identifier = "PLANT-77120934";

    public static readonly IReadOnlyList<string> All = [SourcedId, Given, Middle, Family, Birth, Identifier];

    /// <summary>A package with the student in users, enrolments and demographics.</summary>
    public static byte[] Package(string given = Given) => TestData.BadInput("00-valid-baseline")
        .With("users.csv", "u003,,,true,s1,student,user3,,Given3,Family3,,003417", $"{SourcedId},,,true,s1,student,user3,,{given},{Family},{Middle},{Identifier}")
        .With("enrollments.csv", ",u003,", $",{SourcedId},").With("demographics.csv", "u003,,,2010-03-15,", $"{SourcedId},,,{Birth},");

    public const string Attendance = "userSourcedId,schoolSourcedId,date,scope,category,portion,reason\n" + SourcedId + ",s1,2024-09-03,day,absentUnexcused,,\n";

    public static async Task<string> FeedAndFindAsync(HttpClient steward, byte[] package, string query = "")
    {
        var parts = package.AsUpload(("attendance.csv", Attendance));
        (await steward.FeedAsync(parts.AsMultipart(), query)).State.ShouldBe("applied");
        return await FindAsync(steward);
    }

    public static async Task<string> FindAsync(HttpClient steward)
    {
        var answer = await steward.PostAsJsonAsync($"{IngestionHost.Root}/students/lookup", new { sourcedId = SourcedId, purpose = "test" });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (await answer.Content.ReadFromJsonAsync<StudentFound>(IngestionHost.Web))!.StudentKey;
    }

    public static Task<HttpResponseMessage> EraseAsync(HttpClient officer, string student, Guid erasure, string reason = "Order to destroy the record", string authority = "Court order 24-117") =>
        officer.PostAsJsonAsync($"{IngestionHost.Root}/students/{student}/erasure", new EraseStudent(erasure, authority, reason));

    public static async Task<StudentErasure> StateAsync(HttpClient officer, string student, string state)
    {
        StudentErasure? seen = null;
        await Eventually.Async(async () =>
        {
            seen = await officer.GetFromJsonAsync<StudentErasure>($"{IngestionHost.Root}/students/{student}/erasure", IngestionHost.Web);
            return seen!.State == state;
        }, TimeSpan.FromSeconds(60), $"the erasure is {state}");
        return seen!;
    }
}
