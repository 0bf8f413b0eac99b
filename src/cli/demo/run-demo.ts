/** @file The demo: draws pictures, learns from them, measures and shows what was learned. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Match, searchPictures } from '../../collection/search.js';
import { drawDataset } from '../../data/synthetic/dataset.js';
import { KIND_NAMES } from '../../data/synthetic/kinds.js';
import { type Classification, classify } from '../../evaluate/classify.js';
import { lossNamed } from '../../method/losses/named-losses.js';
import { embed, type PictureEncoder } from '../../run/embed.js';
import type { EpochRecord } from '../../run/events.js';
import { openRun } from '../../run/open-run.js';
import { VOTE_TAU } from '../../search/knn.js';
import { RunFolder } from '../../store/run-folder/run-folder.js';
import { montageRow } from '../commands/search.js';
import { trainShown } from '../commands/train.js';
import { showClassification } from '../evaluate/knn-measure.js';
import { interruptible } from '../interrupt.js';
import { writeMontage } from '../montage.js';
import { Output, paint } from '../output.js';
import { commandLine, counter } from '../words.js';
import { writePage } from './demo-page.js';
import type { DemoAccuracy, DemoEpoch, DemoNeighbour, DemoResults } from './demo-results.js';
import { DEMO, type DemoPlan } from './demo-settings.js';
import { type DemoFolder, makeDemoFolder } from './folder.js';
import { rawPixels } from './raw-pixels.js';

/** A rate at which nothing is learned in float32, while batch normalisation measures the pictures. */
const NO_LEARNING = { epochs: 1, lr: 1e-12, warmup: 0 };

export interface Demo {
  readonly folder: DemoFolder;
  readonly results: DemoResults;
}

/**
 * Runs the whole demo in a folder.
 *
 * @returns undefined if it was stopped by Ctrl-C while it trained
 */
export async function runDemo(path: string, seed: number, output: Output, plan = DEMO): Promise<Demo | undefined> {
  const folder = await makeDemoFolder(path);
  await draw(folder, seed, output, plan);

  const { ignore } = plan;
  const settings = { ...plan.settings, seed };
  const flags = Object.entries(settings).flatMap(([name, value]) => flagOf(name, value));
  say(output, 'Learn from them, without labels:', [
    ...['train', folder.train, '--out', folder.run, '--ignore', ignore.join(','), ...flags],
  ]);
  const startedAt = performance.now();
  const training = { paths: [folder.train], out: folder.run, ignore, settings };
  if ((await trainShown(training, output)) === 'stopped') return undefined;
  const seconds = (performance.now() - startedAt) / 1000;

  say(output, 'The same encoder before it has learned anything, to compare with:');
  const untrainedSettings = { ...settings, ...NO_LEARNING };
  const untrained = { ...training, out: folder.untrained, settings: untrainedSettings };
  if ((await trainShown(untrained, new Output('nobody'))) === 'stopped') return undefined;

  return interruptible((signal) => measure(folder, seconds, output, plan, signal));
}

async function draw(folder: DemoFolder, seed: number, output: Output, plan: DemoPlan): Promise<void> {
  say(output, `Draw pictures of ${KIND_NAMES.length} kinds of thing:`);
  await interruptible(async (signal) => {
    const count = counter('drawing', 'pictures');
    const onProgress = (done: number, of: number): void => output.live(count(done, of));
    const options = { seed, size: plan.pictureSize, onProgress, signal };
    await drawDataset(folder.train, { ...options, perKind: plan.trainPerKind });
    await drawDataset(folder.test, { ...options, perKind: plan.testPerKind, first: plan.trainPerKind });
  });
  output.line(
    `${KIND_NAMES.length * plan.trainPerKind} to learn from, ${KIND_NAMES.length * plan.testPerKind} to test with`,
  );
}

/** Accuracies of the three encoders, and the neighbours that two of them find. */
async function measure(
  folder: DemoFolder,
  seconds: number,
  output: Output,
  plan: DemoPlan,
  signal: AbortSignal,
): Promise<Demo> {
  const trained = await openRun(folder.run);
  const untrained = await openRun(folder.untrained);
  const { loss } = trained.config.settings;
  const score = async (encoder: PictureEncoder): Promise<Classification> => {
    const [reference, test] = [
      await embed(encoder, [folder.train], { signal }),
      await embed(encoder, [folder.test], { signal }),
    ];
    return classify(reference, test, { ks: [plan.k], tau: VOTE_TAU, backend: trained.backend });
  };
  const pixels = rawPixels(trained);

  say(output, 'How often do the nearest pictures tell the kind of one it has never seen?', [
    ...['evaluate', folder.run, '--reference', folder.train, '--test', folder.test, '--k', String(plan.k)],
    ...['--tau', String(VOTE_TAU)],
  ]);
  const scores = { rawPixels: await score(pixels), untrained: await score(untrained), trained: await score(trained) };
  showClassification(output, scores.trained);

  const name = `${String(plan.trainPerKind).padStart(5, '0')}.jpg`;
  const queries = KIND_NAMES.map((kind) => join(folder.test, kind, name));
  say(output, 'What is nearest to the first test picture of each kind?', [
    ...['search', folder.run, join(folder.test, '*', name), '-k', String(plan.shown), '--montage', folder.montage],
  ]);
  const byTrained = await searchPictures(trained, trained.embeddings, queries, plan.shown);
  const byPixels = await searchPictures(pixels, await embed(pixels, [folder.train], { signal }), queries, plan.shown);
  await writeMontage(
    folder.montage,
    byTrained.map((result) => montageRow(result)),
  );

  const results = {
    pictures: scores.trained.numReference,
    testPictures: scores.trained.numTest,
    kinds: KIND_NAMES,
    seconds,
    cores: availableParallelism(),
    epochs: trained.config.settings.epochs,
    comparedWith: lossNamed(loss).numCompared(trained.config.settings, {
      numImages: scores.trained.numReference,
      numClasses: KIND_NAMES.length,
    }),
    encoder: `${trained.config.settings.encoder.replace('resnet', 'ResNet-')}, width ${trained.config.settings.width}`,
    numNeighbours: plan.k,
    accuracies: {
      rawPixels: accuracy(scores.rawPixels),
      untrained: accuracy(scores.untrained),
      trained: accuracy(scores.trained),
    },
    chance: scores.trained.chance,
    curve: await learningCurve(folder.run),
    queries: byTrained.map(({ query, matches }, i) => ({
      path: query,
      label: KIND_NAMES[i]!,
      trained: matches.map(neighbour),
      rawPixels: byPixels[i]!.matches.map(neighbour),
    })),
    commands: [
      { purpose: 'Learn from a folder of your pictures:', command: 'instdisc train ~/Pictures --out runs/pictures' },
      {
        purpose: 'Find what is nearest to one of them:',
        command: 'instdisc search runs/pictures photo.jpg --montage nearest.png',
      },
      {
        purpose: 'Take the features elsewhere:',
        command: 'instdisc embed runs/pictures ~/Pictures --out features.parquet',
      },
    ],
  } satisfies DemoResults;
  await writePage(folder.page, results);
  for (const run of [trained, untrained]) await run.release();
  return { folder, results };
}

function accuracy({ nearest, knn }: Classification): DemoAccuracy {
  return { nearest: nearest.top1, knn: knn[0]!.top1 };
}

function neighbour({ id, similarity, label = '' }: Match): DemoNeighbour {
  return { path: id, similarity, label };
}

async function learningCurve(run: string): Promise<DemoEpoch[]> {
  const records = (await (await RunFolder.open(run)).readLog()) as EpochRecord[];
  return records.map(({ epoch, loss, knn = 0 }) => ({ epoch, loss, knn }));
}

/** The widely used settings have a flag of their own. */
function flagOf(name: string, value: unknown): string[] {
  const flags = ['width', 'size', 'batch', 'epochs', 'seed', 'lr', 'tau', 'encoder'];
  return flags.includes(name) ? [`--${name}`, String(value)] : ['--set', `${name}=${JSON.stringify(value)}`];
}

/** What comes next, and the command that does it. */
function say(output: Output, text: string, args?: readonly string[]): void {
  output.line();
  output.line(paint('bold', text));
  if (args) output.line(paint('dim', `$ ${commandLine(args)}`));
}
