import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ArgumentError } from '#src/core/errors.js';
import { measureByTurns } from '../../bench/turns.ts';

const folder = mkdtempSync(join(tmpdir(), 'instdisc-test-'));
const log = join(folder, 'calls');
const asked = { only: ['w16'], rounds: 2, threads: 1 };

/** A checkout whose benchmark only writes down that it was called, and how. */
function checkout(name: string, entrance: string, figure: number): string {
  const file = join(folder, name, entrance);
  mkdirSync(dirname(file), { recursive: true });
  const row = { work: 'w16', figure, unit: 'pictures/s', reached: figure, ceiling: 100, ceilingUnit: 'x', share: 0.5 };
  writeFileSync(
    file,
    `require('node:fs').appendFileSync(${JSON.stringify(log)}, ${JSON.stringify(name)} + ' ' + process.argv.slice(2).join(' ') + '\\n');
    console.log(${JSON.stringify(JSON.stringify({ part: 'train', rows: [row] }))});`,
  );
  return join(folder, name);
}

describe('two checkouts', () => {
  it('are measured by turns, each beginning as often as the other, an old one by its command', async () => {
    const old = checkout('old', 'dist/cli/main.js', 50);
    const now = checkout('new', 'dist/bench/main.js', 60);
    const [before, after] = await measureByTurns([old, now], ['train'], asked);
    const flags = 'train --rounds 1 --threads 1 --json --only w16';
    const [a, b] = [`old bench ${flags}`, `new ${flags}`];
    expect(readFileSync(log, 'utf8').trim().split('\n')).toEqual([a, b, b, a]);
    expect(before[0]!.rows[0]).toMatchObject({ figure: 50, figures: [50, 50] });
    expect(after[0]!.rows[0]).toMatchObject({ figure: 60, figures: [60, 60], share: 0.5 });
  });

  it('have to be built, and to know what is asked', async () => {
    await expect(measureByTurns([folder, folder], ['train'], asked)).rejects.toThrow(
      `${folder}: expected a result of --save, or a checkout with dist/bench/main.js, got neither. Build it first.`,
    );
    const failing = checkout('failing', 'dist/bench/main.js', 1);
    writeFileSync(join(failing, 'dist/bench/main.js'), "console.error('part: unknown'); process.exit(2);");
    await expect(measureByTurns([failing, failing], ['x'], asked)).rejects.toThrow(ArgumentError);
    await expect(measureByTurns([failing, failing], ['x'], asked)).rejects.toThrow('got: part: unknown');
  });
});
