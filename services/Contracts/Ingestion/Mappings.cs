namespace EquityPlatform.Contracts.Ingestion;

/// <summary>How a plain file of a source becomes rows of the platform's own files. Saved for a source; every save is a new version, and feeds name the version that they were read by.</summary>
/// <param name="Name">Lower case, digits, hyphens.</param>
/// <param name="Title">What people call the file.</param>
/// <param name="Files">Names of files that it reads, with <c>*</c> for anything.</param>
/// <param name="Nulls">Words that mean "no data" in this file, besides blank, NULL, N/A and dashes.</param>
/// <param name="Tables">What its rows become; one row may become several.</param>
public sealed record FileMapping(string Name, string Title, IReadOnlyList<string> Files, FileForm Form, IReadOnlyList<string> Nulls, IReadOnlyList<TableMapping> Tables);

/// <summary>How the file is written, as far as that is not plain to see from it.</summary>
/// <param name="Header">False if the first row holds data: columns are then called #1, #2, ...</param>
/// <param name="Widths">Columns of a file without separators, by place.</param>
public sealed record FileForm(bool Header = true, IReadOnlyList<FixedColumn>? Widths = null);

/// <param name="From">First character, from 1.</param>
public sealed record FixedColumn(string Name, int From, int Length);

/// <summary>Rows of one of the platform's files.</summary>
/// <param name="Table">For example <c>assessments.csv</c>.</param>
/// <param name="Identifier">Which number of the student the file uses: <c>state</c>, <c>district</c>, <c>local</c>, or null for the id of this source's roster.</param>
/// <param name="When">Conditions that all must hold for a row to count.</param>
/// <param name="Needs">Columns (of the platform's file) without which there is nothing to record, so that the row is left out and not a fault.</param>
/// <param name="Columns">The platform's column by what fills it.</param>
/// <param name="Each">Where one row holds several facts side by side: what differs from fact to fact.</param>
public sealed record TableMapping(string Table, string? Identifier, IReadOnlyDictionary<string, ColumnMapping> Columns, IReadOnlyList<RowCondition>? When = null, IReadOnlyList<string>? Needs = null,
    IReadOnlyList<IReadOnlyDictionary<string, ColumnMapping>>? Each = null);

/// <summary>A condition on a column of the file. With both lists given, a value in neither sets the row aside: nobody decided about it.</summary>
/// <param name="Is">Values for which rows count; the empty text stands for blank.</param>
/// <param name="IsNot">Values for which rows are left out.</param>
public sealed record RowCondition(string Column, IReadOnlyList<string>? Is = null, IReadOnlyList<string>? IsNot = null);

/// <summary>What fills a column. Exactly one of <paramref name="From"/>, <paramref name="Constant"/> and <paramref name="Join"/>.</summary>
/// <param name="From">A column of the file.</param>
/// <param name="Join">Several columns, joined by a bar, for ids that the file does not give.</param>
/// <param name="Dates">Form of dates in the column, such as <c>M/d/yyyy</c>. Declared, never guessed.</param>
/// <param name="Codes">The file's value by the platform's; a value that is not listed sets the row aside.</param>
/// <param name="Around">Text around the value, which stands at <c>*</c>; for example <c>{state:*}</c>.</param>
/// <param name="Part"><c>beforeComma</c>, <c>afterComma</c>, <c>firstWord</c> or <c>lastWord</c> of the text.</param>
public sealed record ColumnMapping(string? From = null, string? Constant = null, IReadOnlyList<string>? Join = null, string? Dates = null, IReadOnlyDictionary<string, string>? Codes = null, string? Part = null, string? Around = null);

/// <summary>A mapping as it is saved for a source.</summary>
public sealed record SavedMapping(string Source, int Version, FileMapping Mapping);

/// <summary>A file looked at: how it is written, its columns, its first rows. Made from the upload and kept nowhere.</summary>
/// <param name="Columns">Columns of Social Security numbers are named and never shown.</param>
/// <param name="Rows">Values of the first rows, for whoever uploaded the file.</param>
/// <param name="Matches">Shipped mappings that read files of this name or with these columns.</param>
public sealed record FileLook(string Name, string Encoding, string Delimiter, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string?>> Rows, IReadOnlyList<string> Matches);

/// <summary>What a source's own columns and codes in OneRoster files mean.</summary>
/// <param name="RaceScheme">Version of the federal roll-up of race and ethnicity: <c>ED-2007</c> (if nothing is said) or <c>SPD15-2024</c>. The answers are kept raw under either.</param>
/// <param name="WithoutManifest">How OneRoster files in a zip without <c>manifest.csv</c> (OneRoster 1.0, plain exports) are read: <c>bulk</c> as complete or <c>delta</c> as changes only.
/// If nothing is said, such a zip is rejected.</param>
/// <param name="Escape"><c>backslash</c> if the files of the source write a quotation mark inside a field as <c>\"</c>; doubled, as the standard asks for, if nothing is said.</param>
public sealed record SourceRules(IReadOnlyList<ColumnRule> Columns, IReadOnlyList<CodeRule> Codes, string? RaceScheme = null, string? WithoutManifest = null, string? Escape = null)
{
    public static readonly SourceRules None = new([], []);
}

/// <param name="Column">A column that the standard does not have, such as <c>metadata.ell</c>.</param>
/// <param name="Becomes"><c>program:englishLearner</c> (true and false are statements), <c>identifier:state</c>, or <c>column:grades</c> for a column of the same file.</param>
public sealed record ColumnRule(string File, string Column, string Becomes);

/// <param name="Code">The source's code, such as <c>ext:lab</c>.</param>
/// <param name="Value">The standard's.</param>
public sealed record CodeRule(string File, string Column, string Code, string Value);

/// <summary>A file that may be sent.</summary>
public sealed record FileTemplate(string File, IReadOnlyList<TemplateColumn> Columns);

/// <param name="Kept">False for columns that are dropped at the edge (user names, e-mail, free text).</param>
public sealed record TemplateColumn(string Name, bool Required, bool Kept);

/// <summary>What a file would come to under a mapping. Nothing was applied and nothing kept.</summary>
/// <param name="Issues">The first 200.</param>
/// <param name="Holds">Codes of reasons why the feed would wait for a person.</param>
public sealed record MappingTry(IReadOnlyList<FeedFile> Files, IReadOnlyList<FeedIssue> Issues, IReadOnlyList<string> Holds);
