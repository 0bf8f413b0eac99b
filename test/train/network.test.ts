/** A network from a file, trained further. */
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseRunConfig } from '#src/run/config.js';
import { embed } from '#src/run/embed.js';
import type { TrainEvent } from '#src/run/events.js';
import { openRun } from '#src/run/open-run.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import { train } from '#src/train/train.js';
import type { TrainOptions } from '#src/train/training-options.js';
import { drawPictures, tempFolder } from '../cli/cli.js';
import { floatTensor, testModel } from '../graph/from-onnx/model-builder.js';
import { FEATURE_DIM, NETWORK_SIZE, PARAMETERS, tinyWeights, writeTinyNetwork } from '../run/network/tiny-network.ts';

const root = tempFolder();
const pictures = join(root, 'pictures');
const SETTINGS = { dim: 6, batch: 12, epochs: 2, warmup: 0 };
let network: string;

function trained(out: string, { settings, ...options }: Partial<TrainOptions> = {}): Promise<'finished' | 'stopped'> {
  const given = { network, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] } as const;
  return train({
    paths: [pictures],
    out,
    network: given,
    settings: { ...SETTINGS, ...settings },
    threads: 1,
    ...options,
  });
}

/** Numbers of the newest checkpoint, by name. */
async function weightsOf(out: string): Promise<Map<string, Float32Array>> {
  const tensors = await (await RunFolder.open(out)).loadPart('weights');
  return new Map(Array.from(tensors, ([name, { data }]) => [name, data as Float32Array]));
}

const encoderOf = (out: string): Promise<Buffer> => readFile(join(out, 'encoder.onnx'));

beforeAll(async () => {
  await drawPictures(pictures, 3);
  network = await writeTinyNetwork(join(root, 'tiny.onnx'));
});

describe('a network that is trained further', () => {
  const out = join(root, 'run');

  it('starts from the weights of its file, and from nothing else of it once it has begun', async () => {
    const still = join(root, 'still');
    await trained(still, { settings: { lr: 1e-20, weightDecay: 0, epochs: 1 } });
    const weights = await weightsOf(still);
    expect([...weights.keys()].sort()).toEqual(
      [...PARAMETERS, 'added.bias', 'added.weight', 'added_norm.running_mean', 'added_norm.running_var'].sort(),
    );
    for (const name of PARAMETERS) expect(weights.get(name)).toEqual(tinyWeights().get(name));
    expect(weights.get('added.weight')).toHaveLength(SETTINGS.dim * FEATURE_DIM);
  });

  it('answers as it has learnt, and moves', async () => {
    await trained(out);
    const weights = await weightsOf(out);
    for (const name of PARAMETERS) expect(weights.get(name)).not.toEqual(tinyWeights().get(name));
    const run = await openRun(out, { threads: 1 });
    expect(run.transform.size).toBe(NETWORK_SIZE);
    expect(run.embeddings).toMatchObject({ dim: SETTINGS.dim, source: 'features' });
    const files = await embed(run, [pictures]);
    for (const [i, x] of files.features.entries()) expect(x).toBeCloseTo(run.embeddings.features[i]!, 4);
    await run.release();
  });

  it('comes to the same bytes if it goes on from an earlier checkpoint', async () => {
    const [earlier, newest] = (await (await RunFolder.open(out)).checkpoints()) as [number, number];
    const stopped = join(root, 'stopped');
    await cp(out, stopped, { recursive: true });
    await rm(join(stopped, 'checkpoints', `step-${String(newest).padStart(8, '0')}`), { recursive: true });
    expect((await weightsOf(stopped)).get('added.weight')).not.toEqual((await weightsOf(out)).get('added.weight'));
    expect(earlier).toBeLessThan(newest);
    expect(await train({ out: stopped, resume: true })).toBe('finished');
    expect(await weightsOf(stopped)).toEqual(await weightsOf(out));
    expect(await encoderOf(stopped)).toEqual(await encoderOf(out));
  });

  it('refuses to go on with another network', async () => {
    const other = await writeTinyNetwork(join(root, 'other.onnx'));
    await expect(train({ out, resume: true, network: { network: other } })).rejects.toThrow(
      `encoder: expected "${network}", with which the run was started, got "${other}"`,
    );
  });

  it('takes smaller steps towards the picture if it is told so', async () => {
    const [slow, usual] = [join(root, 'slow'), join(root, 'usual')];
    const once = { epochs: 1 / 3, weightDecay: 0, momentum: 0 };
    await trained(usual, { settings: once });
    await trained(slow, { settings: { ...once, layerDecay: 0.5 } });
    const [before, whole, part] = [tinyWeights(), await weightsOf(usual), await weightsOf(slow)];
    const moved = (name: string): number => {
      const start = before.get(name)!;
      const by = (after: ReadonlyMap<string, Float32Array>): number =>
        Math.hypot(...after.get(name)!.map((x, i) => x - start[i]!));
      return by(part) / by(whole);
    };
    // Four parameters in twelve parts: the first of each three, the last of which takes half a step.
    PARAMETERS.forEach((name, i) => {
      expect(moved(name)).toBeCloseTo(0.5 ** (12 - 3 * i), 2);
    });
  });
});

describe('a network that stays as it is', () => {
  it('up to a node keeps what comes before that', async () => {
    const out = join(root, 'until');
    const text = (await readFile(network)).toString('latin1');
    expect(text).toContain('node_Relu_0');
    await trained(out, { settings: { freezeUntil: 'node_Relu_0' } });
    const weights = await weightsOf(out);
    expect([...weights.keys()]).not.toContain('stem.weight');
    expect(weights.get('block.weight')).not.toEqual(tinyWeights().get('block.weight'));
  });

  it('has what is added to it trained, on features of crops that are kept', async () => {
    const out = join(root, 'frozen');
    const cropped: number[] = [];
    const onEvent = (event: TrainEvent): void => {
      if (event.kind === 'cropping') cropped.push(event.done);
    };
    await trained(out, { settings: { freeze: true, frozenCrops: 3 }, onEvent });
    const run = await openRun(out, { threads: 1 });
    expect(cropped.at(-1)).toBe(3 * run.embeddings.ids.length);
    expect([...(await weightsOf(out)).keys()]).toEqual(expect.not.arrayContaining([...PARAMETERS] as string[]));
    const files = await embed(run, [pictures]);
    for (const [i, x] of files.features.entries()) expect(x).toBeCloseTo(run.embeddings.features[i]!, 4);
    await run.release();

    // What is kept is not encoded again, and the training comes to the same.
    const again = join(root, 'again');
    await cp(out, again, { recursive: true });
    await rm(join(again, 'checkpoints'), { recursive: true });
    cropped.length = 0;
    await train({ out: again, resume: true, onEvent });
    expect(cropped).toEqual([]);
    expect(await weightsOf(again)).toEqual(await weightsOf(out));
  });

  it.each([
    [{ encoder: undefined, freeze: true }, /freeze: expected only with a network from an \.onnx file/],
    [{ encoder: 'file', width: 8 }, /width: expected with an encoder of ours, got it with a network/],
  ])('is asked for what it can be: %o', async ({ encoder, ...settings }, message) => {
    const options = { paths: [pictures], out: join(root, 'refused'), settings };
    await expect(train(encoder === undefined ? options : { ...options, network: { network } })).rejects.toThrow(
      message,
    );
  });
});

describe('sizes of crops', () => {
  const progressionOf = async (out: string, given: Partial<TrainOptions>): Promise<readonly number[]> => {
    await trained(out, given);
    return parseRunConfig((await RunFolder.open(out)).config, out).settings.progression;
  };

  it('are half of the network’s, unless it stays as it is', async () => {
    const options = { settings: { epochs: 1 } };
    expect(await progressionOf(join(root, 'half'), options)).toEqual([0.5]);
    const frozen = { settings: { epochs: 1, freeze: true, frozenCrops: 2 } };
    expect(await progressionOf(join(root, 'whole'), frozen)).toEqual([1]);
  });

  it('are the network’s, of a network whose weights fit no other', async () => {
    const pixels = 3 * NETWORK_SIZE ** 2;
    const weights = Array.from({ length: pixels * FEATURE_DIM }, (_, i) => Math.sin(i));
    const fitting = testModel({
      opset: 17,
      nodes: [
        ['Flatten', ['images'], ['rows']],
        ['MatMul', ['rows', 'weights'], ['features']],
      ],
      inputs: { images: { shape: ['b', 3, NETWORK_SIZE, NETWORK_SIZE] } },
      tensors: { weights: floatTensor(weights, [pixels, FEATURE_DIM]) },
    });
    const file = join(root, 'fitting.onnx');
    await writeFile(file, fitting);
    const given = { network: { network: file } };
    expect(await progressionOf(join(root, 'fitting'), given)).toEqual([1]);
    const smaller = { ...given, settings: { localCrops: 2 } };
    await expect(trained(join(root, 'smaller'), smaller)).rejects.toThrow(
      /localCrops: expected 0 for network, whose weights fit pictures of one size only/,
    );
  });
});
