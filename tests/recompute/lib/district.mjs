// Students and school days, from all rows of the upload or from only those that a receipt names.
import { coverageOf, derivedDays, enrollmentsOf, portionOf, programsOf, raceOf, schoolDays, sessionsOf } from './facts.mjs';

export class District {
  constructor(files, year) {
    this.files = files;
    this.year = year;
    const declarations = files['declarations.csv'].rows;
    this.sessions = sessionsOf(files['academicSessions.csv'].rows, declarations);
    this.coverage = coverageOf(declarations);
    this.classes = new Map(files['classes.csv'].rows.map((row) => [row.sourcedId, row]));
    this.attendance = files['attendance.csv'].rows.filter((row) => !row.scope || row.scope === 'day');
    const heard = new Set(this.attendance.map((row) => row.schoolSourcedId));
    this.silent = (school) => !heard.has(school);
    this.daysOf = this.days(this.attendance.map((row) => row.date), files['calendar.csv'].rows);
  }

  /** School days from the dates and calendar rows given. */
  days(dates, calendar) {
    const cache = new Map();
    const of = schoolDays(this.year, this.sessions, this.coverage, calendar, new Set(dates), this.silent);
    return (school) => {
      if (!cache.has(school)) cache.set(school, of(school));
      return cache.get(school);
    };
  }

  derivedFrom(dates) {
    return [...derivedDays([...this.sessions.values()].filter((s) => s.year === this.year), new Set(dates))].sort();
  }

  student(rows) {
    const user = rows['users.csv'][0];
    const demographics = rows['demographics.csv'][0];
    const grade = user?.grades?.split(',')[0] ?? '';
    return {
      enrollments: enrollmentsOf(rows['enrollments.csv'], this.classes, this.sessions, this.year, grade),
      race: raceOf(demographics),
      sex: demographics?.sex,
      programs: programsOf(user, rows['programs.csv']),
      attendance: rows['attendance.csv'].map((row) => ({ school: row.schoolSourcedId, date: row.date, missed: portionOf(row) })),
    };
  }

  /** Every student of the upload, by source id. */
  all() {
    const kinds = { 'users.csv': 'sourcedId', 'demographics.csv': 'sourcedId', 'enrollments.csv': 'userSourcedId', 'programs.csv': 'userSourcedId', 'attendance.csv': 'userSourcedId' };
    const rows = new Map();
    for (const [file, column] of Object.entries(kinds))
      for (const row of file === 'attendance.csv' ? this.attendance : this.files[file].rows) {
        const of = rows.get(row[column]) ?? Object.fromEntries(Object.keys(kinds).map((f) => [f, []]));
        of[file].push(row);
        rows.set(row[column], of);
      }
    return new Map([...rows].filter(([, of]) => of['users.csv'][0]?.role === 'student').map(([id, of]) => [id, this.student(of)]));
  }

  /** A student from named rows only; the id comes from the rows themselves and must be one. */
  named(origins) {
    const rows = { 'users.csv': [], 'demographics.csv': [], 'enrollments.csv': [], 'programs.csv': [], 'attendance.csv': [] };
    const ids = new Set();
    for (const { file, row: line } of origins) {
      const row = this.files[file]?.byLine.get(line);
      if (!row || !rows[file]) throw new Error(`the receipt names ${file} row ${line}, which is not in the upload`);
      rows[file].push(row);
      ids.add(row.userSourcedId || row.sourcedId);
    }
    if (ids.size !== 1) throw new Error(`rows of one student name ${ids.size} students`);
    return { id: [...ids][0], facts: this.student(rows) };
  }
}
