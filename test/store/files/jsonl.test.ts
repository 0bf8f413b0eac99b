import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DamageError } from '#src/core/errors.js';
import { appendJsonLine, readJsonLines, truncateAfter } from '#src/store/files/jsonl.js';
import { tempFolder } from '../temp-folder.js';

const root = tempFolder();

it('reads back what was appended, one record a line', async () => {
  const path = join(root, 'log');
  await appendJsonLine(path, { step: 1, note: 'two\nlines' });
  await appendJsonLine(path, { step: 2 });
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(3);
  expect(await readJsonLines(path)).toEqual([{ step: 1, note: 'two\nlines' }, { step: 2 }]);
});

it('has no records where there is no file', async () => {
  expect(await readJsonLines(join(root, 'none'))).toEqual([]);
});

it('leaves out a last line without its newline, even one that happens to be JSON', async () => {
  const path = join(root, 'torn');
  writeFileSync(path, '{"step":1}\n{"step":2}');
  expect(await readJsonLines(path)).toEqual([{ step: 1 }]);
  writeFileSync(path, '{"step":1}\n{"st');
  expect(await readJsonLines(path)).toEqual([{ step: 1 }]);
});

it('names the line that is damaged, if others follow', async () => {
  const path = join(root, 'damaged');
  writeFileSync(path, '{"step":1}\n{"st\n{"step":3}\n');
  await expect(readJsonLines(path)).rejects.toThrow(
    new DamageError(`${path}, line 2: expected an object in JSON, got {"st; remove the line`),
  );
});

it('cuts the log where a resumed training goes on, a torn line included', async () => {
  const path = join(root, 'cut');
  for (const step of [1, 2, 3, 4]) await appendJsonLine(path, { step });
  appendFileSync(path, '{"step":5');
  await truncateAfter(path, (record) => (record as { step: number }).step <= 2);
  await appendJsonLine(path, { step: 3 });
  expect(readFileSync(path, 'utf8')).toBe('{"step":1}\n{"step":2}\n{"step":3}\n');
});
