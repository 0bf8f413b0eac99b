import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as library from 'instdisc';
import * as graph from 'instdisc/graph';
import * as method from 'instdisc/method';
import * as nn from 'instdisc/nn';
import * as runtime from 'instdisc/runtime';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const ENTRIES: Readonly<Record<string, object>> = {
  '.': library,
  './graph': graph,
  './nn': nn,
  './runtime': runtime,
  './method': method,
};

it('each entry of the package is there by its name', () => {
  const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(Object.keys(exports).sort()).toEqual([...Object.keys(ENTRIES), './package.json'].sort());
});

it('a name that two entries have means the same in both', () => {
  const known = new Map<string, unknown>();
  for (const [name, value] of Object.values(ENTRIES).flatMap((entry) => Object.entries(entry))) {
    expect(known.get(name) ?? value, name).toBe(value);
    known.set(name, value);
  }
});

it('the step in docs/library.md learns a line', async () => {
  const document = readFileSync(join(ROOT, 'docs/library.md'), 'utf8');
  const program = /^## The engine[\s\S]*?^```js\n([\s\S]*?)^```/m.exec(document)![1]!;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { cwd: ROOT });
  const [weight, bias] = Array.from(stdout.matchAll(/Float32Array\(1\) \[ ([\d.]+) \]/g), ([, x]) => Number(x));
  expect(weight).toBeCloseTo(2, 1);
  expect(bias).toBeCloseTo(1, 1);
});
