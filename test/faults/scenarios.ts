/** @file The commands that write: training, index, embeddings, exports, maps, labels. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp, mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { contentKey } from '#src/data/cache/cache-format.js';
import { drawDataset } from '#src/data/synthetic/dataset.js';
import { readEmbeddings } from '#src/store/embeddings/embeddings.js';
import { PictureIndex } from '#src/store/index/picture-index.js';
import type { Plan } from './child/plan.js';
import type { Host } from './hosts.js';
import { digest, digestOf, filesBelow, type Pieces, type Scenario } from './scenario.js';

/** A second of training at most. */
const TINY = ['--width', '4', '--size', '16', '--batch', '8', '--epochs', '2', '--threads', '1'];
const SET = ['--set', 'warmup=0', '--set', 'dim=16'];
const DIM = 16;

const run = (work: string): string => join(work, 'run');
const pictures = (work: string): string => join(work, 'pictures');
const query = (work: string): string => join(pictures(work), 'tree', '00000.jpg');
const search = (work: string): string[] => ['search', run(work), query(work), '--json'];

async function draw(work: string): Promise<void> {
  await drawDataset(pictures(work), { perKind: 2, first: 0, seed: 1, size: 24 });
}

async function succeed(host: Host, args: readonly string[], plan?: Plan): Promise<void> {
  const { code, stderr } = await host.run(args, plan && { plan });
  expect({ code, stderr: code === 0 ? '' : stderr }, args.join(' ')).toEqual({ code: 0, stderr: '' });
}

const trainArgs = (work: string): string[] => ['train', pictures(work), '--out', run(work), ...TINY, ...SET];

async function trained(host: Host, work: string): Promise<void> {
  await draw(work);
  await succeed(host, trainArgs(work));
}

async function indexed(host: Host, work: string): Promise<void> {
  await trained(host, work);
  await succeed(host, ['index', run(work), pictures(work)]);
}

/** What a training is for: the newest checkpoint, the encoder, the pictures, and the log without what a clock measured. */
async function trainingPieces(work: string): Promise<Pieces> {
  const checkpoints = join(run(work), 'checkpoints');
  const newest = existsSync(checkpoints)
    ? (await readdir(checkpoints))
        .filter((name) => name.startsWith('step-'))
        .sort()
        .at(-1)
    : undefined;
  const parts =
    newest === undefined ? [] : filesBelow(join(checkpoints, newest)).filter((path) => path.endsWith('.safetensors'));
  const metrics = join(run(work), 'metrics.jsonl');
  const log = existsSync(metrics)
    ? digest(readFileSync(metrics, 'utf8').replace(/"(picturesPerSecond|seconds)":[^,]+,/g, ''))
    : 'none';
  return {
    checkpoint: digest(`${newest} ${parts.map(digestOf).join(' ')}`),
    encoder: digestOf(join(run(work), 'encoder.onnx')),
    pixels: digestOf(join(run(work), 'cache', 'pixels.bin')),
    log,
  };
}

/** A piece a picture: an index that was stopped is right as far as it goes. */
export async function indexPieces(work: string): Promise<Pieces> {
  const key = contentKey(readFileSync(join(run(work), 'encoder.onnx')));
  const index = await PictureIndex.open(join(run(work), 'index'), key);
  if (index === undefined) return {};
  const { pictures, features } = await index.read();
  index.close();
  const pieces: Record<string, string> = {};
  pictures.forEach(({ id, label, hash }, row) => {
    const feature = features.subarray(row * DIM, (row + 1) * DIM);
    const bytes = Buffer.from(feature.buffer, feature.byteOffset, feature.byteLength);
    pieces[id] = id in pieces ? 'twice' : `${label} ${hash.slice(0, 8)} ${digest(bytes)}`;
  });
  return pieces;
}

async function embeddingPieces(path: string): Promise<Pieces> {
  if (!existsSync(path)) return { embeddings: 'none' };
  const { ids, labels, features } = await readEmbeddings(path);
  const bytes = Buffer.from(features.buffer, features.byteOffset, features.byteLength);
  return { embeddings: digest(`${ids} ${labels} ${digest(bytes)}`) };
}

const isInRun = (path: string): boolean => path.includes('/run/');

const TRAIN: Scenario = {
  name: 'train',
  prepare: (_host, work) => draw(work),
  args: trainArgs,
  repeat: (work) =>
    existsSync(join(run(work), 'config.json')) ? ['train', '--out', run(work), '--resume'] : trainArgs(work),
  pieces: trainingPieces,
  readers: (work) => [search(work)],
  isReadBack: isInRun,
};

const RESUME: Scenario = {
  ...TRAIN,
  name: 'train --resume',
  async prepare(host, work) {
    await draw(work);
    const log = join(work, 'log');
    await succeed(host, trainArgs(work), { under: [run(work)], log });
    const renames = readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('rename '));
    const n = renames.findIndex((line) => line.endsWith('step-00000006'));
    rmSync(run(work), { recursive: true });
    const plan: Plan = { under: [run(work)], log, fault: { operation: 'rename', n, harm: 'kill before' } };
    expect((await host.run(trainArgs(work), { plan })).code).toBeNull();
    rmSync(log);
  },
  args: (work) => ['train', '--out', run(work), '--resume'],
};

const INDEX: Scenario = {
  name: 'index',
  prepare: trained,
  args: (work) => ['index', run(work), pictures(work)],
  pieces: indexPieces,
  isReadBack: isInRun,
};

const UPDATE: Scenario = {
  ...INDEX,
  name: 'index, changed pictures',
  async prepare(host, work) {
    await indexed(host, work);
    rmSync(join(pictures(work), 'boat', '00001.jpg'));
    const other = join(work, 'other');
    await drawDataset(other, { perKind: 1, first: 7, seed: 1, size: 24 });
    await cp(join(other, 'cat', '00007.jpg'), join(pictures(work), 'cat', '00007.jpg'));
    await cp(join(other, 'car', '00007.jpg'), join(pictures(work), 'car', '00000.jpg'));
  },
};

/** What an update has made of a run, or not yet: one piece, as there is nothing between. */
async function updatedPieces(work: string): Promise<Pieces> {
  const { updates } = JSON.parse(readFileSync(join(run(work), 'config.json'), 'utf8'));
  const pictures = updates.length === 0 ? run(work) : join(run(work), `update-${updates.length}`);
  const parts = ['cache/pixels.bin', 'checkpoints', 'features.safetensors'].map((name) =>
    digestOf(join(pictures, name)),
  );
  return { run: digest(parts.join(' ')) };
}

const GROWN: Scenario = {
  name: 'update',
  async prepare(host, work) {
    await trained(host, work);
    rmSync(join(pictures(work), 'boat', '00001.jpg'));
    const other = join(work, 'other');
    await drawDataset(other, { perKind: 1, first: 7, seed: 1, size: 24 });
    await cp(join(other, 'cat', '00007.jpg'), join(pictures(work), 'cat', '00007.jpg'));
    await rename(join(pictures(work), 'tree'), join(pictures(work), 'wood'));
  },
  args: (work) => ['update', run(work)],
  pieces: updatedPieces,
  isReadBack: isInRun,
};

const LABELS: Scenario = {
  ...INDEX,
  name: 'index --labels',
  async prepare(host, work) {
    await indexed(host, work);
    const rows = filesBelow(pictures(work)).map((path, i) => `${path},${i % 2 === 0 ? 'even' : 'odd'}`);
    writeFileSync(join(work, 'labels.csv'), `path,label\n${rows.join('\n')}\n`);
  },
  args: (work) => ['index', run(work), pictures(work), '--labels', join(work, 'labels.csv')],
};

/** `embed` over what an earlier one wrote, of fewer pictures. */
function embedding(extension: string): Scenario {
  const out = (work: string): string => join(work, 'out', `features.${extension}`);
  return {
    name: `embed .${extension}`,
    async prepare(host, work) {
      await trained(host, work);
      await succeed(host, ['embed', run(work), join(pictures(work), 'cat'), '--out', out(work)]);
    },
    args: (work) => ['embed', run(work), pictures(work), '--out', out(work)],
    pieces: (work) => embeddingPieces(out(work)),
  };
}

/** A command that writes one file, over one that is there. */
function writing(name: string, file: string, args: (work: string, out: string) => readonly string[]): Scenario {
  const out = (work: string): string => join(work, 'out', file);
  return {
    name,
    async prepare(host, work) {
      await trained(host, work);
      const rows = ['cat', 'car', 'tree'].map((kind) => `${join(pictures(work), kind, '00000.jpg')},${kind}`);
      writeFileSync(join(work, 'few.csv'), `path,label\n${rows.join('\n')}\n`);
      await mkdir(join(work, 'out'));
      writeFileSync(out(work), 'what was there before');
    },
    args: (work) => args(work, out(work)),
    pieces: async (work) => ({ [file]: digestOf(out(work)) }),
  };
}

const SITE: Scenario = {
  name: 'explore --export',
  async prepare(host, work) {
    await trained(host, work);
    await succeed(host, ['explore', run(work), '--export', join(work, 'out', 'site')]);
    // A site that differs from the next.
    writeFileSync(join(work, 'out', 'site', 'index.html'), 'an earlier page');
  },
  args: (work) => ['explore', run(work), '--export', join(work, 'out', 'site')],
  async pieces(work) {
    // Between two names nothing has the place; what had it lies beside, and is put back.
    const [site, earlier] = [join(work, 'out', 'site'), join(work, 'out', '.site.earlier')];
    return { site: digestOf(existsSync(site) ? site : earlier) };
  },
};

/** Runs as they lie on a disk with all that is kept in them, to be damaged there. */
export const TRAINED = { name: 'a run', prepare: (host: Host, work: string) => asked(host, work, trained) } as const;
export const INDEXED = {
  name: 'a run with an index',
  prepare: (host: Host, work: string) => asked(host, work, indexed),
} as const;

async function asked(host: Host, work: string, prepare: Scenario['prepare']): Promise<void> {
  await prepare(host, work);
  await succeed(host, ['duplicates', run(work)]);
  await succeed(host, ['map', run(work), '--out', join(work, 'out', 'map.png')]);
}

export const SCENARIOS: readonly Scenario[] = [
  TRAIN,
  RESUME,
  INDEX,
  UPDATE,
  GROWN,
  LABELS,
  embedding('npy'),
  embedding('parquet'),
  embedding('csv'),
  writing('export .onnx', 'encoder.onnx', (work, out) => ['export', run(work), '--out', out]),
  writing('export .safetensors', 'weights.safetensors', (work, out) => ['export', run(work), '--out', out]),
  SITE,
  writing('map', 'map.png', (work, out) => ['map', run(work), '--out', out]),
  writing('search --montage', 'near.png', (work, out) => ['search', run(work), query(work), '--montage', out]),
  writing('duplicates --out', 'groups.csv', (work, out) => ['duplicates', run(work), '--out', out]),
  writing('classify --out', 'all.csv', (work, out) => [
    'classify',
    run(work),
    '--labels',
    join(work, 'few.csv'),
    '--out',
    out,
  ]),
];
