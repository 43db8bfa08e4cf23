namespace EquityPlatform.Web;

/// <summary>A sentence or word of the site in both languages. There is no way to write one without the other.</summary>
public sealed record Text(string En, string Es);

/// <summary>A phrase that depends on a count; <c>{0}</c> is the count.</summary>
public sealed record Plural(Text One, Text Many);
