namespace EquityPlatform.Contracts;

/// <summary>The five states of a published value; a state never collapses into a number or a blank.</summary>
public static class ValueState
{
    public const string Value = "value";
    public const string Zero = "zero";
    public const string Missing = "missing";
    public const string Suppressed = "suppressed";
    public const string NotApplicable = "notApplicable";
}
