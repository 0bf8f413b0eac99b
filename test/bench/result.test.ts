import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ArgumentError } from '#src/core/errors.js';
import { circumstances, differences, readResult, writeResult } from '../../bench/result.ts';

const here = circumstances({ threads: 2 });
const path = join(mkdtempSync(join(tmpdir(), 'instdisc-test-')), 'result.json');

describe('a kept result', () => {
  it('is read as it was written, with the machine, the commit and the versions', () => {
    const row = { work: 'w16', figure: 2, figures: [1, 2, 3], unit: 'pictures/s', reached: 1, ceiling: 2 };
    const result = { ...here, parts: [{ part: 'train', rows: [{ ...row, ceilingUnit: 'GFLOP/s', share: 0.5 }] }] };
    writeResult(path, result);
    expect(readResult(path)).toEqual(result);
    expect(result).toMatchObject({ node: process.version, version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  });

  it.each([
    ['no JSON', 'not JSON'],
    ['something else', '{"format": 1}'],
    ['a later format', JSON.stringify({ ...here, format: 2, parts: [] })],
  ])('is refused if it is %s', (_, text) => {
    writeFileSync(path, text);
    expect(() => readResult(path)).toThrow(ArgumentError);
    expect(() => readResult(path)).toThrow(path);
  });

  it('is refused if it is of another machine or number of threads', () => {
    const other = { ...here, machine: { ...here.machine, cpu: 'Another 9000' } };
    expect(() => differences(other, here)).toThrow(/expected a result of this machine, .* got one of Another 9000/);
    expect(() => differences({ ...here, threads: 1 }, here)).toThrow(ArgumentError);
  });

  it('tells other versions of Node and the runtime', () => {
    expect(differences(here, here)).toEqual([]);
    expect(differences({ ...here, node: 'v18.0.0', onnxruntime: '1.29.0' }, here)).toEqual([
      `Node: v18.0.0 before, ${here.node} now`,
      `onnxruntime: 1.29.0 before, ${here.onnxruntime} now`,
    ]);
  });
});
