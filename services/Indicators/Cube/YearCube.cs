using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Indicators;
using EquityPlatform.Indicators.Definitions;

namespace EquityPlatform.Indicators.Cube;

/// <summary>Every number of one school year, added up once: school (or district) x dimension x group x indicator.</summary>
internal sealed class YearCube
{
    readonly Dictionary<string, Sums[][][]> scopes = new(StringComparer.Ordinal);
    readonly IReadOnlyList<string> derived;
    readonly IReadOnlyList<string> derivedWithAttendance;

    public YearCube(YearFacts facts)
    {
        SchoolYear = facts.SchoolYear;
        var calculation = new YearCalculation(facts);
        (derived, derivedWithAttendance) = (calculation.Derived(usesAttendance: false), calculation.Derived(usesAttendance: true));
        scopes[YearCalculation.District] = Empty();
        foreach (var school in facts.Schools.Keys)
            scopes[school] = Empty();
        foreach (var (scope, part) in calculation.Parts())
            Add(scopes.TryGetValue(scope, out var sums) ? sums : scopes[scope] = Empty(), part);
        Schools = [.. scopes.Keys.Where(scope => scope != YearCalculation.District).Order(StringComparer.Ordinal)];
    }

    public int SchoolYear { get; }

    /// <summary>Org ids of schools, in order.</summary>
    public IReadOnlyList<string> Schools { get; }

    public bool HasStudents => AllOf(Catalogue.Rules[0], YearCalculation.District).Students > 0;

    public IReadOnlyList<string> Derived(IndicatorRule rule) => rule.UsesAttendance ? derivedWithAttendance : derived;

    public bool Knows(string school) => scopes.ContainsKey(school);

    /// <summary>Groups of a dimension that answers list: all of them; of grades, and of groups that one roll-up alone knows, those that the district has.</summary>
    public IReadOnlyList<string> GroupsOf(string dimension) =>
        [.. StudentGroups.Groups[dimension].Where(group => (dimension != StudentGroups.Grade && group != StudentGroups.MiddleEastern) || Of(Catalogue.Rules[0], YearCalculation.District, dimension, group).Students > 0)];

    public Sums Of(IndicatorRule rule, string school, string dimension, string group) =>
        scopes[school][IndexOf(rule)][GroupIndex.OfDimension(dimension)][GroupIndex.OfGroup(dimension, group)];

    public Sums AllOf(IndicatorRule rule, string school) => Of(rule, school, StudentGroups.All, StudentGroups.All);

    /// <summary>True if at least one student of the school has a stated group in the dimension.</summary>
    public bool IsStated(string school, string dimension) =>
        dimension == StudentGroups.All
        || AllOf(Catalogue.Rules[0], school).Students > Of(Catalogue.Rules[0], school, dimension, StudentGroups.NotReported).Students;

    public IndicatorCell Cell(IndicatorRule rule, string school, string dimension, string group) =>
        Cells.Of(rule, SchoolYear, school, dimension, group, Of(rule, school, dimension, group), AllOf(rule, school), IsStated(school, dimension));

    static int IndexOf(IndicatorRule rule)
    {
        for (var i = 0; i < Catalogue.Rules.Count; i++)
            if (ReferenceEquals(Catalogue.Rules[i], rule))
                return i;
        throw new InvalidOperationException($"Indicator {rule.Code} is not in the catalogue.");
    }

    static void Add(Sums[][][] scope, StudentPart part)
    {
        for (var rule = 0; rule < scope.Length; rule++)
        {
            var sums = Sums.Of(Catalogue.Rules[rule].Of(part.Tally));
            for (var dimension = 0; dimension < part.Groups.Length; dimension++)
                scope[rule][dimension][GroupIndex.OfGroup(StudentGroups.Dimensions[dimension], part.Groups[dimension])] += sums;
        }
    }

    static Sums[][][] Empty() =>
        [.. Catalogue.Rules.Select(_ => StudentGroups.Dimensions.Select(dimension => new Sums[StudentGroups.Groups[dimension].Count]).ToArray())];
}
