import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { partsNamed } from '../../bench/bench.ts';

it('knows the parts that its help names, and no other', () => {
  const help = readFileSync(new URL('../../bench/main.ts', import.meta.url), 'utf8');
  const said = help.match(/'\[part\.\.\.\]', '([\w, ]+);/)![1]!.split(', ');
  expect(partsNamed([])).toEqual(said);
  expect(() => partsNamed(['benchTrain'])).toThrow('part: expected one of train, ');
});
