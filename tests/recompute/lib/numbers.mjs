// One student's part in a number, from facts; integers only.

const byProgram = { englishLearner: 'englishLearner', disability: 'iep', economicDisadvantage: 'economicallyDisadvantaged' };

/** Enrolments that count at a place: one school, or all of the district. */
export const spansAt = (student, school) => student.enrollments.filter((e) => school === 'district' || e.school === school);

export function groupOf(student, spans, dimension) {
  if (dimension === 'all') return 'all';
  if (dimension === 'raceEthnicity') return student.race;
  if (dimension === 'gender') return ['female', 'male', 'other'].includes(student.sex) ? student.sex : 'notReported';
  if (dimension === 'grade') {
    const last = [...spans].sort((a, b) => (a.entry === b.entry ? (a.school < b.school ? -1 : 1) : a.entry < b.entry ? -1 : 1)).at(-1);
    return last.grade || 'notReported';
  }
  const stated = student.programs[byProgram[dimension]];
  if (!stated) return 'notReported';
  const during = (span) => (!stated.begin || stated.begin < span.exit) && (!stated.end || stated.end > span.entry);
  return stated.participates && spans.some(during) ? 'yes' : 'no';
}

/** Days enrolled, days known and ten-thousandths missed, pooled over the spans; a date counts once. */
export function tally(student, spans, daysOf) {
  const dates = new Map();
  for (const span of spans) {
    const { days, presentWithoutRow } = daysOf(span.school);
    for (const day of days)
      if (day >= span.entry && day < span.exit) {
        const of = dates.get(day) ?? { known: false, missed: 0 };
        const rows = student.attendance.filter((a) => a.school === span.school && a.date === day);
        of.known ||= presentWithoutRow || rows.length > 0;
        of.missed = Math.min(10000, of.missed + rows.reduce((sum, a) => sum + a.missed, 0));
        dates.set(day, of);
      }
  }
  const known = [...dates.values()].filter((d) => d.known);
  return { enrolled: dates.size, known: known.length, missed: known.reduce((sum, d) => sum + d.missed, 0) };
}

/** What the student adds to numerator and denominator of a cell, or null if not counted in it. */
export function partOf(student, cell, daysOf) {
  const spans = spansAt(student, cell.school);
  if (spans.length === 0) return null;
  const inGroup = cell.groups.includes(groupOf(student, spans, cell.dimension));
  if (cell.indicator === 'enrollment') return { numerator: inGroup ? 1 : 0, denominator: 1 };
  if (!inGroup) return null;
  const { enrolled, known, missed } = tally(student, spans, daysOf);
  if (cell.indicator === 'average-daily-attendance')
    return known === 0 ? null : { numerator: known * 10000 - missed, denominator: known * 10000 };
  if (cell.indicator === 'chronic-absence')
    return enrolled < 10 || known < 10 ? null : { numerator: missed * 10 >= known * 10000 ? 1 : 0, denominator: 1 };
  throw new Error(`no rule here for ${cell.indicator}`);
}
