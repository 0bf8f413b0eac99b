/** @file Trainings of two ranks, killed and stopped, as commands. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TrainEvent } from '#src/run/events.js';
import { openRun } from '#src/run/open-run.js';
import { readEmbeddings } from '#src/store/embeddings/embeddings.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import { readSafetensors } from '#src/store/tensors/safetensors.js';
import { updateRun } from '#src/train/update.js';
import { drawPictures, type Ended, here, jsonLines, MAIN, TINIEST } from '../cli/cli.js';
import { writeTinyNetwork } from '../run/network/tiny-network.ts';
import { tempFolder } from '../store/temp-folder.js';
import { results } from '../train/kill-and-resume.js';
import { HAS_MPI, runRanks, startRanks } from './mpirun.js';

const LONG = { timeout: 600_000 };
const FAILING = fileURLToPath(new URL('./failing-rank.mjs', import.meta.url));
/** Saves after every step. */
const OFTEN = ['--checkpoint-every', '0.00001'];
const root = tempFolder();
const [pictures, whole, cut] = ['pictures', 'whole', 'cut'].map((name) => join(root, name)) as [string, string, string];
const SETTINGS = [...TINIEST, ...OFTEN];

/** Ranks that a launcher has started, by their numbers; some launchers start a process of theirs in between. */
function ranksOf(pid: number): ReadonlyMap<string, number> {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
  return new Map(
    children.flatMap((child) => {
      const environment = readFileSync(`/proc/${child}/environ`, 'utf8');
      const rank = /(?:OMPI_COMM_WORLD_RANK|PMI_RANK)=(\d+)/.exec(environment)?.[1];
      return rank === undefined ? [...ranksOf(child)] : [[rank, child] as const];
    }),
  );
}

/** Sends a signal to a rank once there are so many checkpoints more than at the start. */
async function signalled(args: readonly string[], rank: number, signal: NodeJS.Signals, out: string): Promise<Ended> {
  const newest = (): string =>
    (existsSync(join(out, 'checkpoints')) ? readdirSync(join(out, 'checkpoints')).sort() : []).at(-1) ?? '';
  const before = newest();
  const { child, ended } = startRanks(2, [MAIN, ...args]);
  while (newest() <= before || newest().startsWith('.')) await sleep(20);
  process.kill(ranksOf(child.pid!).get(String(rank))!, signal);
  return ended;
}

/** Rows of a file. */
async function featuresIn(path: string): Promise<number[][]> {
  const { data, shape } = (await readSafetensors(path)).tensors.get('features')!;
  const dim = shape[1]!;
  return Array.from({ length: shape[0]! }, (_, row) => [
    ...(data as Float32Array).subarray(row * dim, (row + 1) * dim),
  ]);
}

describe.runIf(HAS_MPI && process.platform === 'linux')('a training of two ranks', () => {
  const local = join(root, 'local');
  const resume = ['train', '--out', cut, '--resume', ...OFTEN, '--local-cache', local];

  beforeAll(async () => {
    await drawPictures(pictures);
    const { code, stdout } = await runRanks(2, [MAIN, 'train', pictures, '--out', whole, ...SETTINGS]);
    expect(code).toBe(0);
    expect(stdout).toContain('2 ranks, each with 1 thread');
  }, LONG.timeout);

  it('leaves a run that answers as any does, with pictures and features of both', async () => {
    const folder = await RunFolder.open(whole);
    expect(folder.config).toMatchObject({ settings: { batch: 16 } });
    const { code, stdout } = await here(['search', whole, '70', '--json']);
    expect(code).toBe(0);
    expect(JSON.stringify(JSON.parse(stdout))).toContain(pictures);
    const [last] = (await folder.readLog()).slice(-1) as { ranks: number; communication: number }[];
    expect(last).toMatchObject({ ranks: 2 });
    expect(last!.communication).toBeGreaterThan(0);
    expect(last!.communication).toBeLessThan(1);
  });

  it(
    'ends all when one is killed, goes on, stops all when one is asked to, and ends the same to the byte',
    LONG,
    async () => {
      const killed = await signalled(['train', pictures, '--out', cut, ...SETTINGS], 1, 'SIGKILL', cut);
      expect(killed.code).not.toBe(0);
      const killedFirst = await signalled(resume, 0, 'SIGKILL', cut);
      expect(killedFirst.code).not.toBe(0);
      const stopped = await signalled(resume, 1, 'SIGUSR2', cut);
      expect(stopped).toMatchObject({ code: 130 });
      expect(stopped.stdout).toContain('Stopped; everything is saved.');
      expect(readdirSync(local).map((name) => name.slice(-6))).toEqual(['0-of-2', '1-of-2']);
      await cp(cut, `${cut}-alone`, { recursive: true });
      expect((await runRanks(2, [MAIN, ...resume])).code).toBe(0);
      expect(await results(cut)).toEqual(await results(whole));
    },
  );

  it('goes on with another number of ranks, and says that it is not the same', LONG, async () => {
    const { code, stderr } = await here(['train', '--out', `${cut}-alone`, '--resume']);
    expect(code).toBe(0);
    expect(stderr).toContain(
      'This run was trained by 2 ranks so far, and goes on with 1: from the same weights and bank',
    );
    const [alone, both] = [await results(`${cut}-alone`), await results(whole)];
    // An epoch of one rank has fewer steps, so that it ends at another one.
    const names = (run: object): string[] => Object.keys(run).map((name) => name.replace(/step-\d+/, 'step'));
    expect(names(alone)).toEqual(names(both));
    expect(alone['encoder.onnx']).not.toBe(both['encoder.onnx']);
  });
});

describe.runIf(HAS_MPI && process.platform === 'linux')('an update of a run of two ranks', () => {
  it('is for one process, whatever shares its pictures were in; both go on with the training of it', LONG, async () => {
    const out = join(root, 'updated');
    await cp(whole, out, { recursive: true });
    const more = await drawPictures(join(root, 'come'), 1, 100);
    const both = await runRanks(2, [MAIN, 'update', out, more]);
    expect(both.code).toBe(2);
    expect(both.stderr).toContain('update: expected one process, which brings the run to its pictures, got 2 ranks.');

    const stop = new AbortController();
    const onEvent = ({ kind }: TrainEvent): void => {
      if (kind === 'checkpoint') stop.abort();
    };
    const begun = { out, paths: [more], epochs: 2, checkpointMinutes: 1e-5, onEvent, signal: stop.signal };
    expect(await updateRun(begun)).toBe('stopped');
    expect((await runRanks(2, [MAIN, 'train', '--out', out, '--resume'])).code).toBe(0);
    const run = await openRun(out, { threads: 1 });
    await run.release();
    expect(run.config.updates).toMatchObject([{ numPictures: 84, numLearnt: 84 }]);
    expect([run.embeddings.source, run.embeddings.ids.length]).toEqual(['features', 84]);
    const metrics = (await (await RunFolder.open(out)).readLog()) as { readonly ranks?: number }[];
    expect(metrics.at(-1)).toMatchObject({ ranks: 2 });
  });
});

describe.runIf(HAS_MPI)('a network that stays as it is', () => {
  it(
    'has the crops encoded by the rank that is trained on them: those that one process would encode',
    LONG,
    async () => {
      const [photos, out] = [join(root, 'photos'), join(root, 'frozen')];
      await drawPictures(photos, 2, 40);
      const network = await writeTinyNetwork(join(root, 'tiny.onnx'));
      const settings = ['--freeze', '--set', 'frozenCrops=2', '--set', 'dim=6', '--batch', '8', '--epochs', '2'];
      const asked = ['train', photos, '--out', out, '--encoder', network, ...settings];
      expect(await runRanks(2, [MAIN, ...asked])).toMatchObject({ code: 0 });
      const parts = [0, 1].map((rank) => join(out, 'crops.safetensors.partial', `${rank}-of-2`));
      const ofRanks = await Promise.all(parts.map(featuresIn));

      // One process goes on from the checkpoint before, with the pictures as they are.
      await rm(join(out, 'checkpoints', readdirSync(join(out, 'checkpoints')).sort().at(-1)!), { recursive: true });
      expect(await here(['train', '--out', out, '--resume'])).toMatchObject({ code: 0 });
      const whole = await featuresIn(join(out, 'crops.safetensors'));
      const crops = [0, 1].flatMap((crop) =>
        ofRanks.flatMap((rows) => rows.slice((crop * rows.length) / 2, ((crop + 1) * rows.length) / 2)),
      );
      expect(crops).toHaveLength(whole.length);
      expect(Math.max(...crops.flatMap((row, i) => row.map((x, j) => Math.abs(x - whole[i]![j]!))))).toBeLessThan(1e-5);
    },
  );
});

describe.runIf(HAS_MPI && process.platform === 'linux')('what is asked of a run by two ranks', () => {
  const more = join(root, 'more');
  const both = async (...args: string[]): Promise<Record<string, unknown>> => {
    const { code, stdout, stderr } = await runRanks(2, [MAIN, ...args, '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, unknown>;
  };
  const alone = async (...args: string[]): Promise<Record<string, unknown>> =>
    jsonLines(await here([...args, '--json'])).at(-1)!;

  beforeAll(async () => {
    await drawPictures(more, 3, 40);
  });

  it('is embedded as by one', LONG, async () => {
    const [ofBoth, ofOne] = [join(root, 'both.npy'), join(root, 'one.npy')];
    expect(await both('embed', whole, more, '--out', ofBoth)).toMatchObject({ numPictures: 36 });
    await alone('embed', whole, more, '--out', ofOne);
    const [a, b] = [await readEmbeddings(ofBoth), await readEmbeddings(ofOne)];
    expect(a.ids).toEqual(b.ids);
    expect(a.labels).toEqual(b.labels);
    expect(Math.max(...a.features.map((x, i) => Math.abs(x - b.features[i]!)))).toBeLessThan(1e-5);
  });

  it('is indexed once, whoever does which share, and again without change', LONG, async () => {
    expect(await both('index', whole, more)).toMatchObject({ numPictures: 36, added: 36, encoded: 36, unchanged: 0 });
    expect(await both('index', whole, more)).toMatchObject({ numPictures: 36, added: 0, encoded: 0, unchanged: 36 });
    const uri = join(root, 'shares');
    for (const share of ['1/3', '3/3', '1/3']) await alone('index', whole, more, '--uri', uri, '--share', share);
    const rest = await alone('index', whole, more, '--uri', uri);
    expect(rest).toMatchObject({ numPictures: 36, removed: 0 });
    expect(rest['encoded']).toBe(rest['added']);
    expect(rest['added']).toBeGreaterThan(0);
    expect(rest['added']).toBeLessThan(36);
  });

  it('is measured, and searched for duplicates, as by one', LONG, async () => {
    const votes = ['evaluate', whole, '--reference', pictures, '--test', more, '--no-baselines', '--k', '5'];
    expect(await both(...votes)).toEqual(await alone(...votes));
    const twice = ['duplicates', whole, '--threshold', '0.5'];
    expect(await both(...twice)).toEqual(await alone(...twice));
  });
});

describe.runIf(HAS_MPI)('an error of one rank', () => {
  it('names it and its machine, and ends all with its exit code', async () => {
    const { code, stderr } = await runRanks(2, [FAILING]);
    expect(code).toBe(3);
    expect(stderr).toContain(`rank 1 of 2, on ${hostname()}: pictures: expected some, got none.`);
  });
});
