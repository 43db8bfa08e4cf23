namespace EquityPlatform.SampleData.People;

/// <summary>A member of staff at a school in a school year; <paramref name="Since"/>: the school year in which they came to the post.</summary>
internal readonly record struct StaffMember(string Id, int School, string Role, bool Female, Race Race, int Since);

/// <summary>
/// Staff of schools. They are whiter and more often women than their students, as in the country (NCES 2020-21: 80 of 100 public school teachers are White, 77 are women),
/// and schools with more students in poverty have more who are new.
/// </summary>
internal static class Staff
{
    static readonly double[] Shares = [0.79, 0.09, 0.07, 0.025, 0.02, 0.003, 0.002];

    /// <param name="posts">The teachers' posts of the year.</param>
    public static IEnumerable<StaffMember> Of(District district, int year, IEnumerable<(string Post, int School)> posts)
    {
        foreach (var (post, school) in posts)
            yield return Member(district, year, post, school, "teacher");
        for (var school = 0; school < district.Shape.Schools; school++)
            foreach (var (role, code) in ((string, string)[])[("principal", "p"), ("counselor", "c"), ("aide", "a1"), ("aide", "a2")])
                yield return Member(district, year, FormattableString.Invariant($"{code}{school + 1:0000}"), school, role);
    }

    /// <summary>The id of whoever holds a post in a year.</summary>
    public static string IdOf(District district, int year, string post, int school) => Holder(district, year, post, school).Id;

    static StaffMember Member(District district, int year, string post, int school, string role)
    {
        var (id, holder, since) = Holder(district, year, post, school);
        var chance = Chance.Of(district.Seed, Purpose.Staff, Number(post), holder, 1);
        return new(id, school, role, chance.Is(role == "principal" ? 0.56 : 0.77), (Race)chance.Choose(Shares), since);
    }

    /// <summary>Each year some leave and are followed by others, more of them in schools whose students have less.</summary>
    static (string Id, int Holder, int Since) Holder(District district, int year, string post, int school)
    {
        var shape = district.Shape;
        var lean = school < shape.Elementary && shape.Elementary > 1 ? (2.0 * school / (shape.Elementary - 1)) - 1 : 0;
        var (number, holder, since) = (Number(post), 0, shape.FirstYear);
        for (var later = shape.FirstYear + 1; later <= year; later++)
            if (Chance.Of(district.Seed, Purpose.Staff, number, later).Is(0.12 + (0.06 * lean)))
                (holder, since) = (holder + 1, later);
        return (FormattableString.Invariant($"{post}-{holder}"), holder, since);
    }

    static long Number(string post)
    {
        var number = 17L;
        foreach (var c in post)
            number = (number * 31) + c;
        return number;
    }
}
