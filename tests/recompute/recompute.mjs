// Recomputes random released numbers from the files that a district uploaded, by the rows that each receipt names. Shares no
// code with the services. Usage: recompute.mjs SITE FOLDER [--seed N] [--count N] [--tenant NAME]; EQUITY_TOKEN in the environment.
import { createHash } from 'node:crypto';
import { District } from './lib/district.mjs';
import { readUpload } from './lib/files.mjs';
import { readCsv } from './lib/csv.mjs';
import { partOf } from './lib/numbers.mjs';

const [site, folder, ...rest] = process.argv.slice(2);
const option = (name, other) => (rest.includes(`--${name}`) ? rest[rest.indexOf(`--${name}`) + 1] : other);
const seed = Number(option('seed', Date.now() % 1000000));
const count = Number(option('count', 20));
const tenant = option('tenant', 'grand-bend');
const api = `${site.replace(/\/$/, '')}/api/reporting/v1`;

/** mulberry32: small, seeded, the same everywhere. */
function random(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

async function get(path, token) {
  const answer = await fetch(`${api}${path}`, token ? { headers: { authorization: `Bearer ${token}` } } : {});
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return Buffer.from(await answer.arrayBuffer());
}
const json = async (path, token) => JSON.parse((await get(path, token)).toString('utf8'));

function pick(cells, n, next) {
  const left = [...cells];
  const taken = [];
  while (taken.length < n && left.length > 0) taken.push(...left.splice(Math.floor(next() * left.length), 1));
  return taken;
}

const sum = (parts) => parts.reduce((a, p) => ({ numerator: a.numerator + p.numerator, denominator: a.denominator + p.denominator }), { numerator: 0, denominator: 0 });
const same = (a, b) => a.numerator === b.numerator && a.denominator === b.denominator;
const show = (a) => `${a.numerator}/${a.denominator}`;

/** Differences between the released number, the rows its receipt names, and the upload as a whole. */
function check(district, everyone, receipt, rows) {
  const problems = [];
  const cell = { ...receipt.cell, groups: receipt.cell.group === 'merged' ? receipt.mergedRaceGroups : [receipt.cell.group] };
  const released = { numerator: receipt.cell.numerator, denominator: receipt.cell.denominator };
  if (rows.agrees !== true) problems.push('the service itself says that the data moved on since the release');

  // By the named rows alone
  const shared = rows.shared.map(({ file, row }) => ({ file, of: district.files[file]?.byLine.get(row) }));
  if (shared.some((s) => !s.of)) problems.push('a shared row is not in the upload');
  const witnesses = shared.filter((s) => s.file === 'attendance.csv').map((s) => s.of?.date);
  const daysOf = district.days(witnesses, shared.filter((s) => s.file === 'calendar.csv').map((s) => s.of));
  const named = new Map();
  for (const student of rows.students) {
    const { id, facts } = district.named(student.rows);
    const part = partOf(facts, cell, daysOf);
    if (!part) problems.push(`${id}: the named rows do not put this student into the number`);
    else if (!same(part, student)) problems.push(`${id}: rows give ${show(part)}, the receipt says ${show(student)}`);
    if (named.has(id)) problems.push(`${id} is counted twice`);
    named.set(id, part ?? { numerator: 0, denominator: 0 });
  }
  const byRows = sum([...named.values()]);
  if (!same(byRows, released)) problems.push(`the named rows give ${show(byRows)}`);

  // By the whole upload: nobody left out, nobody added
  const parts = new Map();
  for (const [id, facts] of everyone) {
    const part = partOf(facts, cell, district.daysOf);
    if (part) parts.set(id, part);
  }
  const byUpload = sum([...parts.values()]);
  if (!same(byUpload, released)) problems.push(`the whole upload gives ${show(byUpload)}`);
  const missing = [...parts.keys()].filter((id) => !named.has(id)).length;
  const added = [...named.keys()].filter((id) => !parts.has(id)).length;
  if (missing || added) problems.push(`${missing} students left out, ${added} added`);
  return problems;
}

async function checkFiles(release, data) {
  const problems = [];
  for (const file of release.manifest.files) {
    const bytes = await get(`/releases/${release.releaseId}/${file.name}`);
    if (createHash('sha256').update(bytes).digest('hex') !== file.sha256) problems.push(`${file.name} does not have the SHA-256 of the manifest`);
    if (file.name !== 'data.csv') continue;
    const rows = readCsv(bytes);
    const text = (value) => (value === null || value === undefined ? '' : String(value));
    data.cells.forEach((cell, i) => {
      const row = rows[i];
      if (row?.state !== cell.state || row.numerator !== text(cell.numerator) || row.denominator !== text(cell.denominator) || row.receipt !== text(cell.receipt))
        problems.push(`data.csv and data.json differ in line ${i + 2}`);
    });
  }
  return problems;
}

const token = process.env.EQUITY_TOKEN;
const [release] = (await json(`/releases?tenant=${encodeURIComponent(tenant)}`)).items.filter((r) => r.state === 'published');
if (!release) throw new Error(`no published release of ${tenant}`);
const data = await json(`/releases/${release.releaseId}/data.json`);
const district = new District(readUpload(folder), release.schoolYear);
const everyone = district.all();
const chosen = pick(data.cells.filter((c) => c.receipt), count, random(seed));
console.log(`release ${release.releaseId}, school year ${release.schoolYear}: ${chosen.length} of ${data.cells.filter((c) => c.receipt).length} released numbers, seed ${seed}`);
let wrong = 0;
for (const problem of await checkFiles(release, data)) { wrong++; console.log(`WRONG ${problem}`); }
for (const { receipt: code } of chosen) {
  const receipt = await json(`/receipts/${code}`);
  const rows = await json(`/receipts/${code}/rows?purpose=${encodeURIComponent('Independent recomputation of released numbers')}`, token);
  const problems = check(district, everyone, receipt, rows);
  const { indicator, school, dimension, group, numerator, denominator } = receipt.cell;
  console.log(`${problems.length ? 'WRONG' : 'ok   '} ${code} ${indicator} ${school} ${dimension}/${group}: ${numerator}/${denominator}, ${rows.students.length} students, ${rows.students.reduce((n, s) => n + s.rows.length, 0)} rows`);
  for (const problem of problems.slice(0, 5)) console.log(`        ${problem}`);
  wrong += problems.length ? 1 : 0;
}
if (chosen.length < count) { wrong++; console.log(`WRONG only ${chosen.length} numbers were released, ${count} wanted`); }
console.log(wrong ? `${wrong} differ` : 'all agree');
process.exitCode = wrong ? 1 : 0;
