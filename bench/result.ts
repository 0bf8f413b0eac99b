/** @file A measurement as it is kept: the figures, and of which code on which machine they are. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';
import { z } from 'zod';
import { ArgumentError } from '#src/core/errors.js';
import type { Options } from './report.js';

const rowSchema = z.object({
  work: z.string(),
  figure: z.number(),
  figures: z.array(z.number()).min(1).readonly(),
  unit: z.string(),
  reached: z.number(),
  ceiling: z.number(),
  ceilingUnit: z.string(),
  share: z.number(),
});

const resultSchema = z.object({
  format: z.literal(1),
  at: z.iso.datetime(),
  /** Of the package, and the commit where git tells it, with `+` if files had been changed since. */
  version: z.string(),
  commit: z.string().nullable(),
  machine: z.object({
    cpu: z.string(),
    cores: z.int(),
    /** GiB */
    memory: z.number(),
    platform: z.string(),
    arch: z.string(),
  }),
  node: z.string(),
  onnxruntime: z.string(),
  threads: z.int(),
  /** Of the minute before, in processes that want a core: above 1 the machine was not its own. */
  load: z.number(),
  parts: z.array(z.object({ part: z.string(), rows: z.array(rowSchema).readonly() })).readonly(),
});

export type BenchResult = z.infer<typeof resultSchema>;

/** What is to be known of a measurement beside its figures. To be called before it begins, as it tells the load. */
export function circumstances({ threads }: Pick<Options, 'threads'>): Omit<BenchResult, 'parts'> {
  const require = createRequire(import.meta.url);
  const versionOf = (manifest: string): string => (require(manifest) as { readonly version: string }).version;
  return {
    format: 1,
    at: new Date().toISOString(),
    version: versionOf('instdisc/package.json'),
    commit: commit(),
    machine: {
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: availableParallelism(),
      memory: Math.round(totalmem() / 2 ** 30),
      platform: platform(),
      arch: arch(),
    },
    node: process.version,
    onnxruntime: versionOf('onnxruntime-node/package.json'),
    threads,
    load: Number(loadavg()[0]!.toFixed(2)),
  };
}

export function writeResult(path: string, result: BenchResult): void {
  writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
}

/** @throws {ArgumentError} if the file cannot be read, or is not what {@link writeResult} writes */
export function readResult(path: string): BenchResult {
  try {
    return resultSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const got = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new ArgumentError(`${path}: expected a result that --save has written, got: ${got}`);
  }
}

/**
 * Whether the figures of two measurements say something about the code.
 *
 * @returns what differs and may account for some of the difference, in words
 * @throws {ArgumentError} if the machines or the threads differ: then the ratio would be theirs
 */
export function differences(before: Omit<BenchResult, 'parts'>, now: Omit<BenchResult, 'parts'>): string[] {
  const machine = ({ machine: { cpu, cores, arch }, threads }: typeof now): string =>
    `${cpu} (${arch}), ${cores} cores, ${threads} threads`;
  if (machine(before) !== machine(now)) {
    throw new ArgumentError(
      `--against: expected a result of this machine, ${machine(now)}, got one of ${machine(before)}. ` +
        'Compare with a built checkout instead, which is measured here.',
    );
  }
  const told = (what: string, of: (result: typeof now) => string): string[] =>
    of(before) === of(now) ? [] : [`${what}: ${of(before)} before, ${of(now)} now`];
  return [
    ...told('Node', ({ node }) => node),
    ...told('onnxruntime', ({ onnxruntime }) => onnxruntime),
    ...told('system', ({ machine: { platform } }) => platform),
  ];
}

function commit(): string | null {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    return git('rev-parse', '--short', 'HEAD').trim() + (git('status', '--porcelain', '-uno') === '' ? '' : '+');
  } catch {
    return null; // Not a clone, or no git.
  }
}
