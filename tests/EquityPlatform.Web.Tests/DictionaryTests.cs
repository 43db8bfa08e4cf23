using System.Reflection;
using System.Text.RegularExpressions;
using EquityPlatform.Contracts;
using EquityPlatform.Contracts.Interventions;

namespace EquityPlatform.Web.Tests;

/// <summary>The type makes sure that both languages are there; these tests make sure that they say something, and the same.</summary>
public sealed partial class DictionaryTests
{
    // Words that are the same in both languages, or names and marks
    private static readonly HashSet<string> Same = ["no", "{0}, {1} UTC", "{0}, {1}, {2}", "{0}, {1}, {2}, {3}: {4}."];

    [Fact]
    public void Every_text_is_filled_in_both_languages()
    {
        Texts().Count.ShouldBeGreaterThan(300);
        Texts().Where(t => string.IsNullOrWhiteSpace(t.Text.En) || string.IsNullOrWhiteSpace(t.Text.Es)).ShouldBeEmpty();
    }

    [Fact]
    public void Spanish_is_not_a_copy_of_English() =>
        Texts().Where(t => t.Text.En == t.Text.Es && !Same.Contains(t.Text.En)).Select(t => t.Where).ShouldBeEmpty();

    [Fact]
    public void Both_languages_hold_the_same_values() =>
        Texts().Where(t => !Marks(t.Text.En).SetEquals(Marks(t.Text.Es))).Select(t => $"{t.Where}: {t.Text.En} | {t.Text.Es}").ShouldBeEmpty();

    [Fact]
    public void Every_group_and_dimension_has_words()
    {
        foreach (var language in new[] { Language.English, Language.Spanish })
            foreach (var dimension in StudentGroups.Dimensions)
            {
                GroupTexts.Dimension(language, dimension).ShouldNotBe(dimension);
                foreach (var group in StudentGroups.Groups[dimension])
                {
                    GroupTexts.Label(language, dimension, group).ShouldNotBe(group);
                    GroupTexts.Phrase(language, dimension, group).ShouldNotBe(group);
                }
            }
    }

    [Fact]
    public void Every_role_decision_and_place_has_words()
    {
        foreach (var role in Roles.All)
        {
            RoleTexts.Names.Keys.ShouldContain(role);
            RoleTexts.Jobs.Keys.ShouldContain(role);
        }
        foreach (var kind in DecisionKinds.All)
        {
            GoalTexts.Kinds.Keys.ShouldContain(kind);
            GoalTexts.KindMeanings.Keys.ShouldContain(kind);
        }
        foreach (var (kind, service, _) in AuditPages.Kinds)
        {
            AuditTexts.Kinds.Keys.ShouldContain(kind);
            ProblemTexts.Services.Keys.ShouldContain(service);
        }
    }

    [Fact]
    public void Public_English_is_easy_to_read()
    {
        var sentences = Texts().Where(t => t.Where.StartsWith("SiteTexts", StringComparison.Ordinal) || t.Where.StartsWith("HomeTexts", StringComparison.Ordinal)
                || t.Where.StartsWith("ReleaseTexts", StringComparison.Ordinal) || t.Where.StartsWith("NoteTexts", StringComparison.Ordinal))
            .SelectMany(t => SentenceEnd().Split(t.Text.En)).Where(s => s.Count(c => c == ' ') >= 4).ToArray();

        sentences.Length.ShouldBeGreaterThan(40);
        var words = sentences.Sum(s => s.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);
        var syllables = sentences.Sum(s => s.Split(' ').Sum(Syllables));
        ((double)words / sentences.Length).ShouldBeLessThan(18);
        // Flesch-Kincaid grade: the public pages aim at grade 6 to 8
        (0.39 * words / sentences.Length + 11.8 * syllables / words - 15.59).ShouldBeLessThan(8);
    }

    private static int Syllables(string word)
    {
        var letters = word.ToLowerInvariant().Trim('.', ',', ':', ';', '?', '“', '”');
        var count = Vowels().Count(letters);
        if (letters.EndsWith('e') && !letters.EndsWith("le", StringComparison.Ordinal) && count > 1)
            count--;
        return Math.Max(1, count);
    }

    private static HashSet<string> Marks(string text) => [.. Placeholder().Matches(text).Select(m => m.Value)];

    private static List<(string Where, Text Text)> Texts()
    {
        List<(string, Text)> found = [];
        foreach (var type in typeof(Text).Assembly.GetTypes().Where(t => t.Name.EndsWith("Texts", StringComparison.Ordinal)))
        {
            foreach (var field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
                Add(found, $"{type.Name}.{field.Name}", field.GetValue(null));
            foreach (var property in type.GetProperties(BindingFlags.Static | BindingFlags.Public))
                Add(found, $"{type.Name}.{property.Name}", property.GetValue(null));
        }
        return found;
    }

    private static void Add(List<(string, Text)> found, string where, object? value)
    {
        switch (value)
        {
            case Text text: found.Add((where, text)); break;
            case Plural plural: found.Add((where, plural.One)); found.Add((where, plural.Many)); break;
            case NoteModel note: found.Add((where, note.Title)); found.AddRange(note.Paragraphs.Select(p => (where, p))); break;
            case IReadOnlyDictionary<string, Text> texts: found.AddRange(texts.Select(t => ($"{where}[{t.Key}]", t.Value))); break;
            case IEnumerable<Text> texts: found.AddRange(texts.Select(t => (where, t))); break;
        }
    }

    [GeneratedRegex(@"\{[A-Za-z0-9]+\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex("[aeiouy]+")]
    private static partial Regex Vowels();

    [GeneratedRegex(@"(?<=[.?!:])\s+")]
    private static partial Regex SentenceEnd();
}
