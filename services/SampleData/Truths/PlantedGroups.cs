using EquityPlatform.SampleData.People;

namespace EquityPlatform.SampleData.Truths;

/// <summary>
/// Two groups that disclosure control has to notice, in riverbend's last year: exactly seven American Indian students in one elementary school; and an elementary school where all
/// but four students are economically disadvantaged, so that two published counts would differ by four children.
/// </summary>
internal sealed class PlantedGroups
{
    public const int SmallGroup = 7;
    public const int Difference = 4;

    /// <summary>Elementary schools (and zones) that hold the two.</summary>
    public const int SmallGroupSchool = 6;
    public const int DifferenceSchool = 10;

    readonly DistrictShape shape;
    readonly Func<int, int> zoneOf;
    readonly HashSet<int> small = [];
    readonly HashSet<int> apart = [];

    public PlantedGroups(DistrictShape shape, Func<int, int> zoneOf)
    {
        (this.shape, this.zoneOf) = (shape, zoneOf);
        if (!shape.IsPlanted)
            return;
        for (var seat = 0; small.Count < SmallGroup || apart.Count < Difference; seat++)
            if (IsElementaryAtLast(seat) && zoneOf(seat) is var zone)
            {
                if (zone == SmallGroupSchool && small.Count < SmallGroup)
                    small.Add(seat);
                else if (zone == DifferenceSchool && apart.Count < Difference)
                    apart.Add(seat);
            }
    }

    /// <summary>Nobody of the two schools moves in mid-year: the counts are what they are meant to be on every day of the last year.</summary>
    public bool Stays(int seat) => shape.IsPlanted && IsElementaryAtLast(seat) && zoneOf(seat) is SmallGroupSchool or DifferenceSchool;

    public (Race Race, bool Poor) Adjust(int seat, Race race, bool poor)
    {
        if (!shape.IsPlanted || !IsElementaryAtLast(seat))
            return (race, poor);
        var zone = zoneOf(seat);
        if (zone == SmallGroupSchool)
            race = small.Contains(seat) ? Race.AmericanIndian : race is Race.AmericanIndian ? Race.TwoOrMore : race;
        if (zone == DifferenceSchool)
            poor = !apart.Contains(seat);
        return (race, poor);
    }

    bool IsElementaryAtLast(int seat) => District.GradeOf(seat, shape.Years - 1) <= 5;
}
