using System.Collections.Frozen;

namespace EquityPlatform.Ingestion.Rows;

/// <summary>The English sentence of every issue code; pages translate by code and arguments. Codes are stable.</summary>
internal static class IssueTexts
{
    public static readonly FrozenDictionary<string, string> Sentences = new Dictionary<string, string>
    {
        ["zip.not-a-zip"] = "The upload is not a zip file.",
        ["zip.damaged"] = "The zip file is damaged or was cut off during the upload.",
        ["zip.encrypted"] = "The zip file is protected by a password.",
        ["zip.path"] = "The zip file holds an entry whose name points outside the package.",
        ["zip.too-many-entries"] = "The zip file holds more than {limit} entries.",
        ["zip.too-large"] = "The zip file unpacks to more than {limit} bytes.",
        ["zip.ratio"] = "{file} unpacks to more than {limit} times its packed size.",
        ["zip.duplicate-entry"] = "The zip file holds {file} more than once.",
        ["zip.nested"] = "The files lie in the folder {folder}; they belong at the root of the zip file.",
        ["file.unknown"] = "This file is not part of OneRoster or of the side files and was not read.",
        ["file.not-used"] = "This file is not read yet.",
        ["file.name-case"] = "The file is named {name}; the standard writes {file}.",
        ["manifest.missing"] = "The package has no manifest.csv.",
        ["manifest.unreadable"] = "manifest.csv cannot be read.",
        ["manifest.version"] = "The package is OneRoster {version}; only version 1.1 is read.",
        ["manifest.file-missing"] = "The manifest lists {file}, but the package does not hold it.",
        ["manifest.file-unlisted"] = "The package holds {file}, but the manifest does not list it.",
        ["manifest.blank"] = "The manifest gives no value for {property}; it was read as absent.",
        ["manifest.mode"] = "The manifest gives {file} a mode that does not exist.",
        ["mode.delta"] = "{file} is sent as changes only (delta); only complete files (bulk) are read for now.",
        ["mode.conflict"] = "The manifest says that {file} is complete (bulk), but its rows look like changes only (delta).",
        ["mode.status-in-bulk"] = "Status and modification date have no meaning in a complete file and were ignored.",
        ["encoding.not-utf8"] = "The file is not UTF-8; it was read as Windows-1252.",
        ["encoding.utf16"] = "The file is UTF-16; the standard asks for UTF-8.",
        ["csv.unterminated-quote"] = "A quotation mark is opened and not closed where it should be, so rows cannot be told apart.",
        ["csv.newline-in-field"] = "A line break inside a field was turned into a space.",
        ["csv.backslash-quote"] = "Quotation marks are written as \\\"; the standard doubles them. They were repaired.",
        ["csv.stray-quote"] = "A quotation mark stands inside a field without quotation marks around it.",
        ["csv.quote"] = "Text follows a closing quotation mark, so the field cannot be trusted.",
        ["csv.column-count"] = "The row has {found} fields, the header has {expected}.",
        ["csv.delimiter"] = "Fields are separated by {delimiter}; the standard asks for commas.",
        ["csv.control-character"] = "The field holds a control character.",
        ["csv.empty"] = "The file is empty.",
        ["header.required-missing"] = "The column {column} is missing.",
        ["header.repeated"] = "The column {column} appears twice.",
        ["header.blank"] = "Columns without a name were ignored.",
        ["header.case"] = "The column is named {name}; the standard writes {column}.",
        ["header.order"] = "Columns are not in the order of the standard; they were read by name.",
        ["header.unknown"] = "The column {column} is not known and was not read.",
        ["ssn.column-dropped"] = "A column of Social Security numbers was dropped before anything was stored. Please stop sending it.",
        ["ssn.value"] = "The field looks like a Social Security number; the row was set aside and the value was not stored.",
        ["field.required"] = "The field is empty, but it is required.",
        ["field.too-long"] = "The field is longer than {limit} characters.",
        ["id.scientific-notation"] = "The identifier was turned into a number by a spreadsheet (as in 6.05E+05).",
        ["id.duplicate-identical"] = "The same row appears twice; one was kept.",
        ["id.duplicate-different"] = "Several rows have the same identifier but different content; none of them was applied.",
        ["id.case-collision"] = "Two identifiers differ only in upper and lower case; they are treated as different.",
        ["id.leading-zero-suspect"] = "Leading zeros seem to have been lost: {before} % of the values began with a zero in the last feed, {now} % do now.",
        ["ref.missing"] = "It refers to a row of {target} that is not there or was set aside.",
        ["ref.cycle"] = "Parents form a circle.",
        ["ref.school-mismatch"] = "The enrolment names another school than its class.",
        ["ref.role-mismatch"] = "The enrolment says student, but the user is not a student.",
        ["demographics.not-a-student"] = "The user is not a student; demographics of staff are not kept.",
        ["enum.case"] = "The value differs in upper and lower case from the standard; it was read as meant.",
        ["enum.unknown"] = "The value is not one that the standard knows.",
        ["sex.unknown"] = "The value is not one that the standard knows; sex counts as not reported.",
        ["boolean.form"] = "The value was read as true or false; the standard writes true or false.",
        ["boolean.unknown"] = "The value is neither true nor false.",
        ["number.format"] = "The value is not a whole number in the expected range.",
        ["grade.form"] = "The grade was read as a two-digit grade code.",
        ["grade.unknown"] = "The grade is not a known code; the grade counts as not reported.",
        ["grade.several"] = "The student has several grades; the grade counts as not reported.",
        ["date.format"] = "The date is not written as year-month-day. Other forms are not guessed.",
        ["date.range"] = "The date does not exist or is not plausible here.",
        ["date.order"] = "The end lies before the beginning.",
        ["date.time-dropped"] = "A time of day was given where a date belongs; the date was kept.",
        ["date.outside-session"] = "The dates lie outside the terms of the class.",
        ["date.outside-year"] = "The date lies in no school year of academicSessions.csv.",
        ["enrollment.no-dates"] = "Neither the enrolment nor the terms of its class give dates, so it does not count as school enrolment.",
        ["attendance.scope"] = "Attendance by period is not read yet; send one row a day.",
        ["attendance.portion"] = "The part of the day that was missed must be a number from 0 to 1.",
        ["attendance.portion-missing"] = "A partial absence needs the part of the day that was missed.",
        ["attendance.several-categories"] = "The day has several entries; the one with the most time missed counts.",
        ["attendance.outside-coverage"] = "The day lies outside the span that the source declares for attendance.",
        ["attendance.coverage-derived"] = "The source does not declare what its attendance covers; it was taken from the dates in the file ({from} to {to}).",
        ["program.conflict"] = "programs.csv and the column of users.csv disagree; programs.csv counts.",
        ["program.several-periods"] = "The program has several periods; the latest counts.",
        ["declaration.unknown"] = "The property {property} is not known.",
        ["declaration.value"] = "The value of {property} cannot be read.",
        ["issues.more"] = "{count} more rows have the issue {code}.",
        ["feed.internal-error"] = "The feed could not be applied because of a fault of the platform. The operator has been told.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The sentence of a code with its arguments filled in.</summary>
    public static string Sentence(string code, IReadOnlyDictionary<string, string> arguments)
    {
        var text = Sentences[code];
        foreach (var (name, value) in arguments)
            text = text.Replace("{" + name + "}", value, StringComparison.Ordinal);
        return text;
    }
}
