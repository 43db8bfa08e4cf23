using EquityPlatform.Contracts;

namespace EquityPlatform.Web;

/// <summary>A page above this one.</summary>
public sealed record PageLink(string Path, Text Name);

/// <summary>Menu entries by role: nobody sees a door that will not open.</summary>
internal static class Menu
{
    private static readonly string[] Inside = [Roles.DistrictLeader, Roles.EquityAnalyst, Roles.Principal, Roles.Educator, Roles.Auditor, Roles.DataSteward];
    private static readonly string[] Files = [Roles.DataSteward, Roles.Operator, Roles.EquityAnalyst, Roles.Auditor, Roles.DistrictLeader];
    private static readonly string[] Histories = [Roles.Auditor, Roles.PrivacyOfficer, Roles.DataSteward, Roles.DistrictLeader, Roles.EquityAnalyst];

    public static IEnumerable<(string Path, Text Name)> For(Visitor visitor)
    {
        yield return ("/", SiteTexts.Home);
        if (visitor.Is(Inside))
        {
            yield return ("/indicators", SiteTexts.Indicators);
            yield return ("/goals", SiteTexts.Goals);
        }
        if (visitor.Is(Files))
            yield return ("/feeds", SiteTexts.Feeds);
        yield return ("/releases", SiteTexts.Releases);
        if (visitor.Is(Histories))
            yield return ("/audit", SiteTexts.History);
        if (visitor.IsSignedIn)
            yield return ("/proofs", ProofTexts.Menu);
    }

    public static bool MaySeeFeeds(Visitor visitor) => visitor.Is(Files);

    public static bool MaySeeIndicators(Visitor visitor) => visitor.Is(Inside);
}
