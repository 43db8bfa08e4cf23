// From rows of the uploaded files to facts about students and days, by the platform's published rules, written anew.

const active = (row) => (row.status ?? '').toLowerCase() !== 'tobedeleted';
const yes = (text) => ({ true: true, false: false })[(text ?? '').toLowerCase()] ?? null;
const absences = new Set(['absentExcused', 'absentUnexcused']);

/** Ten-thousandths of a day missed; decimal text, so no binary fraction comes in between. */
export function portionOf(row) {
  if (!row.portion) return absences.has(row.category) ? 10000 : 0;
  const [whole, part = ''] = row.portion.split('.');
  return Number(whole) * 10000 + Number((part + '0000').slice(0, 4));
}

export function sessionsOf(rows, declarations) {
  const days = new Map();
  for (const { propertyName, value } of declarations) {
    const match = /^session\.(.+)\.instructionalDays$/.exec(propertyName);
    if (match) days.set(match[1], Number(value));
  }
  return new Map(rows.filter(active).map((row) => [row.sourcedId, {
    id: row.sourcedId, parent: row.parentSourcedId || null, start: row.startDate, end: row.endDate,
    year: Number(row.schoolYear), days: days.get(row.sourcedId) ?? null,
  }]));
}

export function coverageOf(declarations) {
  const of = Object.fromEntries(declarations.map(({ propertyName, value }) => [propertyName, value]));
  return of['attendance.mode'] ? { mode: of['attendance.mode'], from: of['attendance.from'], to: of['attendance.to'] } : null;
}

/** Days in session that a district without calendar rows is taken to have had. */
export function derivedDays(sessions, dates) {
  const counted = [...sessions].filter((s) => s.days);
  const parents = new Set(counted.map((s) => s.parent));
  const all = new Set();
  for (const session of counted.filter((s) => !parents.has(s.id))) {
    const days = new Set([...dates].filter((d) => d >= session.start && d < session.end));
    for (let day = session.start; day < session.end && days.size < session.days; day = next(day)) {
      const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
      if (weekday !== 0 && weekday !== 6) days.add(day);
    }
    for (const day of days) all.add(day);
  }
  return all;
}

const next = (day) => new Date(Date.parse(`${day}T00:00:00Z`) + 86400000).toISOString().slice(0, 10);

/** Days of each school: calendar rows if it has any, else the derived ones; only inside the declared coverage. */
export function schoolDays(year, sessions, coverage, calendar, dates, silent) {
  const ofYear = [...sessions.values()].filter((s) => s.year === year);
  const derived = derivedDays(ofYear, dates);
  const given = new Map();
  for (const row of calendar) {
    if (!ofYear.some((s) => row.date >= s.start && row.date < s.end)) continue;
    if (!given.has(row.schoolSourcedId)) given.set(row.schoolSourcedId, new Set());
    if (row.kind !== 'nonInstructional') given.get(row.schoolSourcedId).add(row.date);
  }
  const covered = (day) => coverage && day >= coverage.from && day <= coverage.to;
  return (school) => ({
    days: new Set([...(given.get(school) ?? derived)].filter(covered)),
    presentWithoutRow: coverage?.mode === 'exceptions' && !silent(school),
  });
}

/** School enrolments of one student in one year: earliest begin to latest end of the sections, exclusive end. */
export function enrollmentsOf(rows, classes, sessions, year, grade) {
  const spans = new Map();
  for (const row of rows.filter((r) => active(r) && r.role === 'student')) {
    const terms = (classes.get(row.classSourcedId)?.termSourcedIds ?? '').split(',').map((t) => sessions.get(t.trim())).filter(Boolean);
    if (Math.max(...terms.map((t) => t.year)) !== year) continue;
    const begin = row.beginDate || terms.map((t) => t.start).sort()[0];
    const end = row.endDate || terms.map((t) => t.end).sort().at(-1);
    const span = spans.get(row.schoolSourcedId) ?? { school: row.schoolSourcedId, entry: begin, exit: end, grade };
    span.entry = begin < span.entry ? begin : span.entry;
    span.exit = end > span.exit ? end : span.exit;
    spans.set(row.schoolSourcedId, span);
  }
  return [...spans.values()].filter((s) => s.exit > s.entry);
}

export function raceOf(row) {
  if (!row) return 'notReported';
  if (yes(row.hispanicOrLatinoEthnicity)) return 'hispanic';
  const columns = {
    americanIndianOrAlaskaNative: 'americanIndian', asian: 'asian', blackOrAfricanAmerican: 'black',
    nativeHawaiianOrOtherPacificIslander: 'pacificIslander', white: 'white',
  };
  const races = Object.keys(columns).filter((column) => yes(row[column]));
  if (yes(row.demographicRaceTwoOrMoreRaces) || races.length > 1) return 'twoOrMore';
  return races.length === 1 ? columns[races[0]] : 'notReported';
}

/** What is stated of each program: the side file wins over the columns of users.csv. */
export function programsOf(user, rows) {
  const columns = {
    englishLearner: 'metadata.englishLearner', iep: 'metadata.iep', economicallyDisadvantaged: 'metadata.freeReducedLunch',
  };
  const programs = {};
  for (const [program, column] of Object.entries(columns))
    if (user && yes(user[column]) !== null) programs[program] = { participates: yes(user[column]), begin: '', end: '' };
  for (const row of [...rows].sort((a, b) => (a.beginDate < b.beginDate ? -1 : 1)))
    programs[row.program] = { participates: true, begin: row.beginDate, end: row.endDate };
  return programs;
}
