#!/usr/bin/env python3
"""Derives attendance.csv, programs.csv and declarations.csv from Ed-Fi API records (one JSON object per line and resource).

    derive.py EDFI_FOLDER [ONEROSTER_ZIP] [OUT_FOLDER]

Only students and schools that the OneRoster package knows are written; everything left out is printed.
"""
import collections
import csv
import datetime
import io
import json
import pathlib
import sys
import zipfile

PROGRAMS = {
    "studentSpecialEducationProgramAssociations": "iep",
    "studentLanguageInstructionProgramAssociations": "englishLearner",
    "studentSection504ProgramAssociations": "section504",
    "studentSchoolFoodServiceProgramAssociations": "economicallyDisadvantaged",
    "studentHomelessProgramAssociations": "homeless",
    "studentMigrantEducationProgramAssociations": "migrant",
    "studentTitleIPartAProgramAssociations": "titleI",
}
GENERIC_PROGRAMS = {"Gifted and Talented": "gifted"}
CATEGORIES = {
    "Excused Absence": ("absentExcused", "1"),
    "Unexcused Absence": ("absentUnexcused", "1"),
    "Tardy": ("tardy", "0"),
    # The source names no length for its single partial absence: half a day, an assumption that the README states.
    "Partial": ("partial", "0.5"),
}


def resource(folder, name):
    with open(folder / f"{name}.jsonl", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def package_table(package, name):
    with package.open(name) as raw:
        return list(csv.DictReader(io.TextIOWrapper(raw, "utf-8-sig", newline="")))


def descriptor(value):
    return value.split("#", 1)[1]


def student(record):
    return "stu-" + record["studentReference"]["studentUniqueId"]


def write(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def attendance_rows(folder, students, schools, report):
    """One row per student, school and day; where a day has two events the longer absence stands."""
    kept = {}
    for event in resource(folder, "studentSchoolAttendanceEvents"):
        key = (student(event), str(event["schoolReference"]["schoolId"]), event["eventDate"])
        if key[0] not in students or key[1] not in schools:
            report["attendance: student or school not in the package"] += 1
            continue
        category, portion = CATEGORIES[descriptor(event["attendanceEventCategoryDescriptor"])]
        row = (*key, "day", category, portion, event.get("attendanceEventReason", ""))
        if key in kept:
            report["attendance: second event of the same day (longer absence kept)"] += 1
            row = max(kept[key], row, key=lambda r: float(r[5]))
        if students[key[0]] != key[1]:
            report["attendance: school differs from the package's school (kept as the source says)"] += 1
        kept[key] = row
    return [kept[key] for key in sorted(kept)]


def program_end(record):
    """First day after. Ed-Fi end dates are the last day; a special education exit ends the participation too."""
    ends = [record[name] for name in ("endDate", "specialEducationExitDate") if record.get(name)]
    if not ends:
        return ""
    return (datetime.date.fromisoformat(min(ends)) + datetime.timedelta(days=1)).isoformat()


def program_rows(folder, students, report):
    kept = {}
    sources = [(code, record) for name, code in PROGRAMS.items() for record in resource(folder, name)]
    for record in resource(folder, "studentProgramAssociations"):
        name = record["programReference"]["programName"]
        if name in GENERIC_PROGRAMS:
            sources.append((GENERIC_PROGRAMS[name], record))
        else:
            report[f"programs: no code for '{name}'"] += 1
    for code, record in sources:
        key = (student(record), code)
        if key[0] not in students:
            report["programs: student not in the package"] += 1
            continue
        row = (*key, record["beginDate"], program_end(record), "")
        if key in kept and kept[key] != row:
            report["programs: second span of the same program (first kept)"] += 1
            continue
        kept[key] = row
    return [kept[key] for key in sorted(kept)]


def declarations(folder, package, schools, report):
    sessions = [s for s in resource(folder, "sessions") if str(s["schoolReference"]["schoolId"]) in schools]
    rows = [
        ("attendance.mode", "exceptions"),
        ("attendance.from", min(s["beginDate"] for s in sessions)),
        ("attendance.to", max(s["endDate"] for s in sessions)),
        ("attendance.derived", "true"),
    ]
    for term in package_table(package, "academicSessions.csv"):
        days = {s["totalInstructionalDays"] for s in sessions if s["sessionName"] == term["title"]}
        if len(days) == 1:
            rows.append((f"session.{term['sourcedId']}.instructionalDays", str(days.pop())))
        elif days:
            report[f"sessions: schools disagree on the days of '{term['title']}'"] += 1
    return rows


def main(edfi, zip_path, out):
    report = collections.Counter()
    with zipfile.ZipFile(zip_path) as package:
        students = {u["sourcedId"]: u["orgSourcedIds"] for u in package_table(package, "users.csv") if u["role"] == "student"}
        schools = {o["sourcedId"] for o in package_table(package, "orgs.csv") if o["type"] == "school"}
        attendance = attendance_rows(edfi, students, schools, report)
        programs = program_rows(edfi, students, report)
        declared = declarations(edfi, package, schools, report)
    write(out / "attendance.csv", ["userSourcedId", "schoolSourcedId", "date", "scope", "category", "portion", "reason"], attendance)
    write(out / "programs.csv", ["userSourcedId", "program", "beginDate", "endDate", "schoolSourcedId"], programs)
    write(out / "declarations.csv", ["propertyName", "value"], declared)
    print(f"attendance {len(attendance)}, programs {len(programs)}, declarations {len(declared)}")
    for what, count in sorted(report.items()):
        print(f"  {count:5} {what}")


if __name__ == "__main__":
    here = pathlib.Path(__file__).resolve().parent
    arguments = [pathlib.Path(a) for a in sys.argv[1:]]
    if not arguments:
        sys.exit(__doc__)
    main(arguments[0], arguments[1] if len(arguments) > 1 else here / "grandbend-oneroster-1.1.zip", arguments[2] if len(arguments) > 2 else here)
