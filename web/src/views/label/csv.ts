/** @file Labels out of a CSV file (RFC 4180). */

/** Records of a table; empty lines are passed over, and so is a byte order mark. */
export function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  // A field, quoted or plain, and what ends it.
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  pattern.lastIndex = text.startsWith('\uFEFF') ? 1 : 0;
  while (pattern.lastIndex < text.length) {
    const found = pattern.exec(text);
    if (!found) throw new Error(`line ${records.length + 1}: expected fields between commas, got a stray quote`);
    const [, quoted, plain = '', end] = found;
    record.push(quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"'));
    if (end === ',' && pattern.lastIndex < text.length) continue;
    if (end === ',') record.push('');
    if (record.length > 1 || record[0] !== '') records.push(record);
    record = [];
  }
  return records;
}

/**
 * Labels from a table with the columns `path` and `label`.
 *
 * @returns label by path, as written
 * @throws {Error} if the table lacks a column, or labels a path twice and differently
 */
export function parseLabels(text: string): Map<string, string> {
  const [header = [], ...records] = parseCsv(text);
  const [path, label] = ['path', 'label'].map((column) => {
    const place = header.indexOf(column);
    if (place < 0) throw new Error(`expected the columns path and label in the first row, got: ${header.join(', ')}`);
    return place;
  }) as [number, number];
  const labels = new Map<string, string>();
  for (const record of records) {
    const [name, value] = [record[path] ?? '', record[label]?.trim() ?? ''];
    if (name === '' || value === '')
      throw new Error(`expected a path and a label in each row, got: ${record.join(',')}`);
    const earlier = labels.get(name);
    if (earlier !== undefined && earlier !== value) {
      throw new Error(`expected one label for ${name}, got '${earlier}' and '${value}'`);
    }
    labels.set(name, value);
  }
  return labels;
}
