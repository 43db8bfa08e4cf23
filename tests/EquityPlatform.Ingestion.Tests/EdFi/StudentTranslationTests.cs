using EquityPlatform.Ingestion.EdFi;
using EquityPlatform.Ingestion.Rows;

namespace EquityPlatform.Ingestion.Tests.EdFi;

public sealed class StudentTranslationTests
{
    const string Student = """{"id":"a","studentUniqueId":"604","firstName":"Ana","lastSurname":"Ruiz","birthDate":"2012-03-04","unheardOf":{"deep":[1]},"_ext":{"sample":{"x":1}}}""";
    const string Races = "americanIndianOrAlaskaNative asian blackOrAfricanAmerican nativeHawaiianOrOtherPacificIslander white";

    static string Association(int organization, string rest) => $$"""{"studentReference":{"studentUniqueId":"604"},"educationOrganizationReference":{"educationOrganizationId":{{organization}}},{{rest}}}""";

    static string Race(string code) => $$"""{"raceDescriptor":"uri://ed-fi.org/RaceDescriptor#{{code}}"}""";

    [Fact]
    public void Associations_with_school_and_district_are_united()
    {
        var items = Items.Given("students", Student).And("studentEducationOrganizationAssociations",
            Association(255, $$""" "hispanicLatinoEthnicity":false,"races":[{{Race("White")}},{{Race("Choose Not to Respond")}}] """),
            Association(5, $$""" "sexDescriptor":"uri://ed-fi.org/SexDescriptor#Female","hispanicLatinoEthnicity":true,"races":[{{Race("asian")}}] """));
        items.Rows(FileSpecs.Demographics, $"sourcedId birthDate sex hispanicOrLatinoEthnicity {Races}").ShouldBe(["604|2012-03-04|female|true|false|true|false|false|true"]);
        items.Codes.ShouldBeEmpty();
    }

    [Fact]
    public void The_race_list_alone_may_say_Hispanic_and_silence_stays_silence()
    {
        Items.Given("students", Student).And("studentEducationOrganizationAssociations", Association(255, $$""" "races":[{{Race("Hispanic or Latino")}}] """))
            .Rows(FileSpecs.Demographics, $"hispanicOrLatinoEthnicity {Races}").ShouldBe(["true|||||"]);
        Items.Given("students", Student).And("studentEducationOrganizationAssociations", Association(255, """ "races":[] """))
            .Rows(FileSpecs.Demographics, $"sex hispanicOrLatinoEthnicity {Races}").ShouldBe(["||||||"]);
    }

    [Fact]
    public void Without_associations_nothing_is_said_about_groups() => Items.Given("students", Student).Rows(FileSpecs.Demographics, "sourcedId").ShouldBeEmpty();

    [Fact]
    public void School_and_grade_are_those_of_the_latest_stay_and_the_primary_school_comes_first()
    {
        static string Stay(int school, string entry, string grade, string more = "") =>
            $$"""{"studentReference":{"studentUniqueId":"604"},"schoolReference":{"schoolId":{{school}}},"entryDate":"{{entry}}","entryGradeLevelDescriptor":"uri://ed-fi.org/GradeLevelDescriptor#{{grade}}"{{more}}}""";
        var items = Items.Given("students", Student).And("studentSchoolAssociations",
            Stay(7, "2025-08-20", "Eighth grade"), Stay(8, "2025-08-20", "Eighth grade", ""","primarySchool":true,"fullTimeEquivalency":0.333333,"schoolYearTypeReference":{"schoolYear":2026}"""),
            Stay(5, "2024-08-21", "Seventh grade", ""","exitWithdrawDate":"2025-05-28","exitWithdrawTypeDescriptor":"uri://ed-fi.org/ExitWithdrawTypeDescriptor#Transferred" """));
        items.Rows(FileSpecs.Users, "sourcedId role orgSourcedIds grades givenName familyName identifier").ShouldBe(["604|student|8,7|08|Ana|Ruiz|604"]);
        items.Rows(FileSpecs.SchoolEnrollments, "userSourcedId schoolSourcedId entryDate exitDate grade exitReason primary fte schoolYear").ShouldBe([
            "604|7|2025-08-20||08||||", "604|8|2025-08-20||08||true|0.3333|2026", "604|5|2024-08-21|2025-05-29|07|Transferred|||"]);
    }

    [Fact]
    public void Numbers_of_other_systems_are_kept_and_Social_Security_numbers_dropped()
    {
        static string Code(string system, string code) => $$"""{"studentIdentificationSystemDescriptor":"uri://ed-fi.org/StudentIdentificationSystemDescriptor#{{system}}","identificationCode":"{{code}}"}""";
        var items = Items.Given("students", Student).And("studentEducationOrganizationAssociations",
            Association(255, $$""" "studentIdentificationCodes":[{{Code("State", "991")}},{{Code("SSN", "123-45-6789")}},{{Code("School", "7")}}] """), Association(5, $$""" "studentIdentificationCodes":[{{Code("District", "42")}},{{Code("State", "991")}}] """));
        items.Rows(FileSpecs.Users, "userIds").ShouldBe(["{state:991},{local:7},{district:42}"]);
        items.Codes.ShouldBe(["ssn.column-dropped"]);
    }

    [Fact]
    public void Economic_disadvantage_is_read_in_all_three_places()
    {
        const string characteristic = """{"studentCharacteristicDescriptor":"uri://ed-fi.org/StudentCharacteristicDescriptor#Economic Disadvantaged","periods":[{"beginDate":"2025-08-20"},{"beginDate":"2024-08-20","endDate":"2025-05-28"}]}""";
        const string indicator = """{"indicatorGroup":"x","indicatorName":"Economically Disadvantaged","indicator":"Yes"},{"indicatorName":"Homeless","indicator":"No"},{"indicatorName":"Dropout risk","indicator":"Yes"}""";
        Items.Given("studentEducationOrganizationAssociations", Association(255, $$""" "studentCharacteristics":[{{characteristic}}],"limitedEnglishProficiencyDescriptor":"uri://ed-fi.org/LimitedEnglishProficiencyDescriptor#Limited" """))
            .Rows(FileSpecs.Programs, "program beginDate endDate").ShouldBe(["economicallyDisadvantaged|2025-08-20|", "economicallyDisadvantaged|2024-08-20|2025-05-29", "englishLearner||"]);
        Items.Given("studentEducationOrganizationAssociations", Association(255, $$""" "studentIndicators":[{{indicator}}] """)).Rows(FileSpecs.Programs, "program beginDate").ShouldBe(["economicallyDisadvantaged|"]);
        Items.Given("studentSchoolFoodServiceProgramAssociations", Program(""" "schoolFoodServiceProgramServices":[{"schoolFoodServiceProgramServiceDescriptor":"uri://x/D#Reduced Price Lunch"}] """), Program(""" "schoolFoodServiceProgramServices":[{"schoolFoodServiceProgramServiceDescriptor":"uri://x/D#Full Price Lunch"}] """))
            .Rows(FileSpecs.Programs, "program beginDate").ShouldBe(["economicallyDisadvantaged|2025-08-20"]);
    }

    [Fact]
    public void Program_associations_of_every_kind_become_programs()
    {
        Items.Given("studentSpecialEducationProgramAssociations", Program(""" "specialEducationExitDate":"2025-10-01","endDate":"2026-05-28" """), Program(""" "ideaEligibility":false """))
            .Rows(FileSpecs.Programs, "userSourcedId program beginDate endDate").ShouldBe(["604|iep|2025-08-20|2025-10-02"]);
        var plain = Items.Given("studentProgramAssociations", Type("Gifted and Talented"), Type("Bilingual"), Type("Basket weaving"));
        plain.Rows(FileSpecs.Programs, "program").ShouldBe(["gifted"]);
        plain.Codes.ShouldBe(["edfi.descriptor-unmapped"]);

        static string Type(string code) => Program($$""" "programReference":{"educationOrganizationId":255,"programName":"x","programTypeDescriptor":"uri://ed-fi.org/ProgramTypeDescriptor#{{code}}"} """);
    }

    [Fact]
    public void Of_several_items_that_state_a_program_the_one_that_lasts_counts()
    {
        var items = Items.Given("studentMigrantEducationProgramAssociations", Program(""" "endDate":"2025-12-19" """), Program(""" "servedOutsideOfRegularSession":false """))
            .And("studentEducationOrganizationAssociations", Association(255, """ "studentCharacteristics":[{"studentCharacteristicDescriptor":"uri://ed-fi.org/StudentCharacteristicDescriptor#Migrant","periods":[{"beginDate":"2025-08-20","endDate":"2025-10-01"}]}] """));
        items.Rows(FileSpecs.Programs, "program beginDate endDate").ShouldBe(["(migrant|2025-08-20|2025-12-20)", "migrant|2025-08-20|", "(migrant|2025-08-20|2025-10-02)"]);
        items.Codes.ShouldBe(["edfi.program-repeated", "edfi.program-repeated"]);
    }

    static string Program(string rest) => $$"""{"studentReference":{"studentUniqueId":"604"},"educationOrganizationReference":{"educationOrganizationId":255},"beginDate":"2025-08-20",{{rest}}}""";
}
