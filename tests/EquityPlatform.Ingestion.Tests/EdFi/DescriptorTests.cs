using EquityPlatform.Ingestion.EdFi;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Tests.EdFi;

public sealed class DescriptorTests
{
    const string School = """ "studentReference":{"studentUniqueId":"1"},"schoolReference":{"schoolId":5},"eventDate":"2025-09-02" """;

    static string Event(string descriptor) => $$"""{ {{School}},"attendanceEventCategoryDescriptor":"{{descriptor}}"}""";

    static Items Day(string descriptor) => Items.Given("studentSchoolAttendanceEvents", Event(descriptor));

    static string Category(Items items) => items.Rows(FileSpecs.Attendance, "category").Single();

    [Theory]
    [InlineData("uri://ed-fi.org/AttendanceEventCategoryDescriptor#Excused Absence", "absentExcused")]
    [InlineData("uri://ed-fi.org/AttendanceEventCategoryDescriptor#excused absence", "absentExcused")]
    [InlineData("uri://gbisd.edu/AttendanceEventCategoryDescriptor#Unexcused-Absence", "absentUnexcused")]
    [InlineData("Tardy", "tardy")]
    public void Codes_are_compared_without_case_and_punctuation(string descriptor, string meaning)
    {
        Category(Day(descriptor)).ShouldBe(meaning);
        Day(descriptor).Codes.ShouldBeEmpty();
    }

    [Theory, InlineData("Excuzed Absence", "absentExcused"), InlineData("Unexcused Absense", "absentUnexcused"), InlineData("Tarrdy", "tardy"), InlineData("Excusde Absence", "absentExcused")]
    public void A_slip_of_one_letter_is_taken_and_told(string code, string meaning)
    {
        var items = Day($"uri://ed-fi.org/AttendanceEventCategoryDescriptor#{code}");
        Category(items).ShouldBe(meaning);
        items.Issues.ShouldHaveSingleItem().ShouldSatisfyAllConditions(i => i.Code.ShouldBe("edfi.descriptor-near"), i => i.Arguments["value"].ShouldEndWith(code));
    }

    [Fact]
    public void A_row_that_says_nothing_without_it_waits_for_a_meaning_and_the_source_can_give_one()
    {
        const string own = "uri://gbisd.edu/AttendanceEventCategoryDescriptor#Skipped";
        var items = Items.Given("studentSchoolAttendanceEvents", Event(own), Event(own), Event("uri://gbisd.edu/AttendanceEventCategoryDescriptor#Field trip"));
        items.Rows(FileSpecs.Attendance, "category").ShouldBe(["()", "()", "()"]);
        items.Codes.ShouldBe(["edfi.descriptor-unmapped-row", "edfi.descriptor-unmapped-row", "edfi.descriptor-unmapped-row", "edfi.descriptor-unmapped", "edfi.descriptor-unmapped"]);
        items.Issues.Where(i => i.Code == "edfi.descriptor-unmapped").Select(i => i.Arguments["count"]).ShouldBe(["2", "1"]);
        items.With(new(EdFiManifest.EdFi, Descriptors: new Dictionary<string, string> { [own.ToUpperInvariant()] = "absentUnexcused" })).Rows(FileSpecs.Attendance, "category").ShouldBe(["absentUnexcused", "absentUnexcused", "()"]);
    }

    [Fact]
    public void Text_that_is_no_descriptor_is_not_shown() => Day("Maria Gomez, grade 4").Issues.Where(i => i.Code == "edfi.descriptor-unmapped").ShouldHaveSingleItem().Arguments["value"].ShouldBe("(not shown)");

    [Fact]
    public void No_two_meanings_of_a_map_are_one_slip_apart()
    {
        DescriptorMaps.Attendance.Near(Descriptor.Fold("Excused")).ShouldBe("absentExcused");
        DescriptorMaps.EnglishProficiency.Near(Descriptor.Fold("Limited Monitored 9")).ShouldBe(DescriptorMap.Nothing);
        DescriptorMaps.Grade.Near("1o").ShouldBeNull();
    }
}
