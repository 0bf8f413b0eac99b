/** @file What a version comes to when it goes on with a run that was stopped: recorded by `make.mjs` and `reach.mjs`. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { processor } from './processor.mjs';

/** Where runs of a fixture were made: they hold absolute paths. `install` in fixture.ts puts the folder of the test in its place. */
export const ROOT = '/tmp/instdisc-fixture';
/** Time of every picture's file, in seconds: a run knows its pictures by it. */
export const TIME = 1_577_836_800;
/** Epochs after which runs were stopped. */
export const STOPPED_AFTER = 3;

/** What is recorded of this processor. @param checkout of the version @param runs what each has come to, by its loss */
export function recordOf(checkout, runs) {
  const file = join(checkout, 'node_modules/onnxruntime-node/package.json');
  return { processor: processor(), runtime: JSON.parse(readFileSync(file, 'utf8')).version, runs };
}

/** What a run has come to. */
export function reachedBy(run) {
  return { files: digests(run), epochs: epochsOf(run).slice(STOPPED_AFTER) };
}

function digests(run) {
  const [newest] = readdirSync(join(run, 'checkpoints')).sort().reverse();
  const checkpoint = `checkpoints/${newest}`;
  const names = readdirSync(join(run, checkpoint)).filter((name) => name.endsWith('.safetensors'));
  const paths = [...names.map((name) => `${checkpoint}/${name}`), 'encoder.onnx'];
  const sha256 = (path) => createHash('sha256').update(readFileSync(join(run, path))).digest('hex');
  return Object.fromEntries(paths.map((path) => [path, sha256(path)]));
}

function epochsOf(run) {
  const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line)).map(({ epoch, loss, similarity }) => ({ epoch, loss, similarity }));
}
