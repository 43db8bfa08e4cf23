// The uploaded files, as they lie on disk: one OneRoster zip and side files beside it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzip } from './zip.mjs';
import { readCsv } from './csv.mjs';

const needed = ['academicSessions.csv', 'classes.csv', 'users.csv', 'enrollments.csv', 'demographics.csv', 'attendance.csv', 'calendar.csv', 'programs.csv', 'declarations.csv'];

export function readUpload(folder) {
  const bytes = new Map();
  for (const name of readdirSync(folder)) {
    if (name.endsWith('.zip')) for (const [inner, content] of unzip(readFileSync(join(folder, name)))) bytes.set(inner, content);
    else if (name.endsWith('.csv')) bytes.set(name, readFileSync(join(folder, name)));
  }
  const files = {};
  for (const name of needed) {
    const rows = bytes.has(name) ? readCsv(bytes.get(name)) : [];
    files[name] = { rows, byLine: new Map(rows.map((row) => [row.line, row])) };
  }
  return files;
}
