using EquityPlatform.Ingestion.Records;
using EquityPlatform.Ingestion.Students;

namespace EquityPlatform.Ingestion.Tests.Relink;

/// <summary>Which new ids stand for known students.</summary>
public sealed class IdLinksTests
{
    [Fact]
    public void A_number_that_one_new_id_and_one_student_have_links_them() =>
        Found([New(1, "state", 7)], [Known(11, "state", 7), Known(12, "state", 8)]).ShouldBe([(1, 11, "state")]);

    [Fact]
    public void The_number_that_tells_most_is_named() =>
        Found([New(1, "local", 5, "state", 7), New(2, "local", 6)], [Known(11, "state", 7, "local", 5), Known(12, "local", 6, "state", 9)]).ShouldBe([(1, 11, "state"), (2, 12, "local")]);

    [Fact]
    public void A_local_number_that_changed_does_not_matter_where_the_state_number_tells() =>
        Found([New(1, "state", 7, "local", 5)], [Known(11, "state", 7, "local", 6)]).ShouldBe([(1, 11, "state")]);

    [Fact]
    public void A_local_number_that_somebody_else_has_by_now_links_nobody() =>
        Find([New(1, "state", 7, "local", 5)], [Known(11, "state", 8, "local", 5)]).ShouldSatisfyAllConditions(l => l.Found.ShouldBeEmpty(), l => l.Ambiguous.ShouldBe(1));

    [Fact]
    public void Numbers_of_two_students_link_nobody() =>
        Find([New(1, "state", 7, "local", 5)], [Known(11, "state", 7), Known(12, "local", 5)]).ShouldSatisfyAllConditions(l => l.Found.ShouldBeEmpty(), l => l.Ambiguous.ShouldBe(1));

    [Fact]
    public void A_number_that_two_students_have_links_nobody() =>
        Find([New(1, "state", 7)], [Known(11, "state", 7), Known(12, "state", 7)]).ShouldSatisfyAllConditions(l => l.Found.ShouldBeEmpty(), l => l.Ambiguous.ShouldBe(1));

    [Fact]
    public void Two_new_ids_of_one_student_are_linked_neither_by_one_number_nor_by_two()
    {
        Find([New(1, "state", 7), New(2, "state", 7)], [Known(11, "state", 7)]).ShouldSatisfyAllConditions(l => l.Found.ShouldBeEmpty(), l => l.Ambiguous.ShouldBe(2));
        Find([New(1, "state", 7), New(2, "local", 5)], [Known(11, "state", 7, "local", 5)]).ShouldSatisfyAllConditions(l => l.Found.ShouldBeEmpty(), l => l.Ambiguous.ShouldBe(2));
    }

    [Fact]
    public void A_student_who_is_in_the_feed_anyway_has_no_new_id() =>
        Find([New(1, "state", 7)], [Known(11, "state", 7)], here: 11).ShouldSatisfyAllConditions(l => l.Found.ShouldBeEmpty(), l => l.Ambiguous.ShouldBe(1));

    [Fact]
    public void Who_has_no_known_number_is_new_and_the_others_are_linked_all_the_same()
    {
        var links = Find([New(1), New(2, "state", 9), New(3, "state", 8)], [Known(11, "state", 7), Known(12, "state", 8)]);
        links.Found.Select(l => (l.New.Place.Row, l.System)).ShouldBe([(3, "state")]);
        (links.Newcomers, links.Ambiguous).ShouldBe((3, 0));
    }

    static IEnumerable<(int Row, int Student, string System)> Found(Newcomer[] newcomers, NumberedStudent[] known) =>
        Find(newcomers, known).Found.Select(l => (l.New.Place.Row, BitConverter.ToInt32(l.Student.Person.ToByteArray()), l.System));

    static IdLinks Find(Newcomer[] newcomers, NumberedStudent[] known, int here = 0) => IdLinks.Find(newcomers, known, first => first == Id(here + 100));

    static Newcomer New(int row, params object[] numbers) => new(Id(row), new("users.csv", row), Numbers(numbers));

    static NumberedStudent Known(int person, params object[] numbers) => new(Id(person), Id(person + 100), Numbers(numbers));

    /// <summary>The hash of a number holds its system.</summary>
    static List<(string, Guid)> Numbers(object[] numbers) => [.. numbers.Chunk(2).Select(n => ((string)n[0], Id((1000 * (string.CompareOrdinal((string)n[0], "m") > 0 ? 1 : 2)) + (int)n[1])))];

    static Guid Id(int n) => new(n, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]);
}
