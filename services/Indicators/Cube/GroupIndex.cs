using EquityPlatform.Contracts;

namespace EquityPlatform.Indicators.Cube;

/// <summary>Places of dimensions and groups in the cube.</summary>
internal static class GroupIndex
{
    static readonly Dictionary<string, int> Dimensions = Places(StudentGroups.Dimensions);
    static readonly Dictionary<string, Dictionary<string, int>> Groups = StudentGroups.Groups.ToDictionary(pair => pair.Key, pair => Places(pair.Value));

    public static int OfDimension(string dimension) => Dimensions[dimension];

    public static int OfGroup(string dimension, string group) => Groups[dimension][group];

    public static bool HasDimension(string dimension) => Dimensions.ContainsKey(dimension);

    public static bool HasGroup(string dimension, string group) => Groups.TryGetValue(dimension, out var groups) && groups.ContainsKey(group);

    static Dictionary<string, int> Places(IReadOnlyList<string> codes) => codes.Select((code, place) => (code, place)).ToDictionary(pair => pair.code, pair => pair.place);
}
