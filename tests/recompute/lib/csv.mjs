// Reads RFC 4180 text into rows by column name. `line` is the physical line a record starts on (the header is line 1).

export function readCsv(bytes) {
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const records = [];
  let fields = [], field = '', quoted = false, line = 1, start = 1;
  const endField = () => { fields.push(field); field = ''; };
  const endRecord = () => {
    endField();
    if (fields.length > 1 || fields[0] !== '') records.push({ fields, line: start });
    fields = [];
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '\n') line++;
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') { field += '"'; i++; }
      else quoted = false;
    } else if (c === '"' && field === '') quoted = true;
    else if (c === ',') endField();
    else if (c === '\n') { endRecord(); start = line; }
    else if (c !== '\r') field += c;
  }
  if (quoted) throw new Error('a quote is not closed');
  if (field !== '' || fields.length > 0) endRecord();
  const [header, ...rows] = records;
  return rows.map(({ fields: values, line: at }) => {
    const row = { line: at };
    header.fields.forEach((name, i) => { row[name.trim()] = (values[i] ?? '').trim(); });
    return row;
  });
}
