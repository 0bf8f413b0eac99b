/** @file Files that were damaged on the disk: whoever reads them answers as before, or says which one it is. */
import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { tempFolder } from '../store/temp-folder.js';
import { record } from './figures.js';
import { Host } from './hosts.js';
import { unadmitted, unspoken } from './outcome.js';
import { digestOf, filesBelow } from './scenario.js';
import { INDEXED, indexPieces, TRAINED } from './scenarios.js';

const SEED = Number(process.env['INSTDISC_FAULT_SEED'] ?? 1);
const SECONDS = Number(process.env['INSTDISC_FAULT_SECONDS'] ?? 60);
const ZEROS = 64;

/** What may happen to bytes that lie on a disk; `at` is in [0, 1). */
const DAMAGES: Readonly<Record<string, (path: string, at: number) => void>> = {
  'a bit is flipped': (path, at) => {
    const bytes = readFileSync(path);
    const place = Math.floor(at * bytes.length);
    bytes[place] = bytes[place]! ^ 1;
    writeFileSync(path, bytes);
  },
  'bytes become zeros': (path, at) => {
    const bytes = readFileSync(path);
    const start = Math.floor(at * bytes.length);
    bytes.subarray(start, start + ZEROS).fill(0);
    writeFileSync(path, bytes);
  },
  'it is cut short': (path, at) => truncateSync(path, Math.floor(at * readFileSync(path).length)),
  'it is gone': (path) => rmSync(path),
};

interface Reader {
  readonly args: readonly string[];
  /** What it gave, to be compared; default the files in `out`. */
  readonly given?: (stdout: string) => unknown;
}

function readersOf(work: string): readonly Reader[] {
  const [run, pictures] = [join(work, 'run'), join(work, 'pictures')];
  const out = (name: string): string => join(work, 'out', name);
  const words = (stdout: string): string => stdout;
  return [
    { args: ['search', run, join(pictures, 'tree', '00000.jpg'), '--json'], given: words },
    { args: ['duplicates', run, '--json'], given: words },
    { args: ['train', '--out', run, '--resume'], given: () => digestOf(join(run, 'encoder.onnx')) },
    { args: ['index', run, pictures], given: () => indexPieces(work) },
    { args: ['embed', run, pictures, '--out', out('features.csv')] },
    { args: ['export', run, '--out', out('encoder.onnx')] },
    { args: ['export', run, '--out', out('weights.safetensors')] },
    { args: ['map', run, '--out', out('map.png')] },
    { args: ['explore', run, '--export', out('site')] },
  ];
}

const root = tempFolder();
const host = new Host(join(root, 'layer'));
afterAll(() => host.close());

it.each([TRAINED, INDEXED])('$name: every reader answers as before, or names what is damaged', async ({
  name,
  prepare,
}) => {
  const [work, base] = [join(root, 'work'), join(root, 'base')];
  await rm(base, { recursive: true, force: true });
  await rm(work, { recursive: true, force: true });
  await prepare(host, work);
  await cp(work, base, { recursive: true, preserveTimestamps: true });

  const begin = async (): Promise<void> => {
    await rm(work, { recursive: true, force: true });
    await cp(base, work, { recursive: true, preserveTimestamps: true });
  };
  const ask = async ({ args, given = () => digestOf(join(work, 'out')) }: Reader) => {
    const { code, stdout, stderr } = await host.run(args);
    const answer = code === 0 ? await Promise.resolve(given(stdout)).catch((error: Error) => error.message) : undefined;
    return { code, stderr, answer: JSON.stringify(answer) };
  };

  const readers = readersOf(work);
  const undisturbed: string[] = [];
  for (const reader of readers) {
    await begin();
    const { code, stderr, answer } = await ask(reader);
    expect({ args: reader.args, code, stderr: code === 0 ? '' : stderr }).toMatchObject({ code: 0 });
    undisturbed.push(answer);
  }

  const random = new Random(SEED, 'sample');
  const files = filesBelow(join(base, 'run')).filter((file) => statSync(file).size > 0);
  const cases = files.flatMap((file) =>
    Object.keys(DAMAGES).flatMap((damage) =>
      readers.map((_, which) => ({ file: relative(base, file), damage, which })),
    ),
  );
  const third: string[] = [];
  const endsAt = performance.now() + 1000 * SECONDS;
  let numTried = 0;
  for (const chosen of random.permutation(cases.length)) {
    if (performance.now() > endsAt) break;
    numTried++;
    const { file, damage, which } = cases[chosen]!;
    const at = random.uniform(0, 1);
    await begin();
    DAMAGES[damage]!(join(work, file), at);
    const { code, stderr, answer } = await ask(readers[which]!);
    const [command] = readers[which]!.args;
    const ofCommand = cases.filter((each) => readers[each.which]!.args[0] === command).length;
    const isSame = code === 0 && answer === undisturbed[which];
    const wrong = isSame ? undefined : code === 0 ? unadmitted(stderr, work) : unspoken(code, stderr, work);
    const sort = isSame ? 'same bytes' : wrong ? 'third' : code === 0 ? 'the one before, said' : 'found when read';
    record({ command: `${command} of ${name}`, fault: `on the disk: ${damage}`, sort, of: ofCommand });
    if (wrong === undefined) continue;
    third.push(
      `${command}: ${file}, ${damage} at ${at.toFixed(3)}: ${code === 0 ? 'exit 0, another answer, ' : ''}${wrong}`,
    );
  }
  process.stdout.write(`${name}: ${numTried} of ${cases.length} damages, seed ${SEED}\n`);
  expect(third).toEqual([]);
});
