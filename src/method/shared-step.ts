/** @file What a training step of several ranks tells the others, and is told by them: outputs and late inputs of its graph. */
import { mul } from '../graph/ops/elementwise.js';
import { gather } from '../graph/ops/indexing.js';
import { reshape } from '../graph/ops/reshape.js';
import { concat, split } from '../graph/ops/shape.js';
import { input, type Outputs, scalar, sizeOf, type Value } from '../graph/value.js';
import { rowDot } from '../nn/rows.js';
import type { Variables } from '../nn/variables.js';
import type { LossInputs } from './losses/loss.js';

/** What a rank tells of its pictures: float32[k · batch, dim], the features of all first crops, all second, all smaller. */
export const OWN_FEATURES = 'own.features';
/** The same of the other ranks, in their order: float32[ranks − 1, k · batch, dim]. */
export const OTHER_FEATURES = 'other.features';
/** int64[(ranks − 1) · batch], the pictures that these are of. */
export const OTHER_INDICES = 'other.indices';
/** What a rank tells of its step: float32[m], all numbers of which the others need the mean, as parts of it. */
export const OWN_PART = 'own.part';
/** float32[m], the sum of these over all ranks. */
export const MEAN = 'mean';
/** float32[1], above 0 if this rank is asked to stop; and the mean over ranks. */
export const WISH = 'wish';
export const WISHED = 'wished';

/** What is exchanged at one point of a step. */
interface Exchange {
  readonly outputs: Outputs;
  /** Inputs that are known once it is over. */
  readonly late: readonly string[];
}

/**
 * What a loss is made of that tells pictures from the others of the step: those of all ranks. Gradients reach the rank's
 * own features alone; the others' are held constant here, and differentiated by their owners.
 */
export function gatherFeatures(own: LossInputs, ranks: number): Exchange & { readonly inputs: LossInputs } {
  const crops = [...own.features, ...own.local];
  const [batch, dim] = crops[0]!.shape as [number, number];
  const others = input(OTHER_FEATURES, [ranks - 1, crops.length * batch, dim]);
  const otherIndices = input(OTHER_INDICES, [(ranks - 1) * batch], 'int64');
  const ofRanks = split(
    reshape(others, [(ranks - 1) * crops.length * batch, dim]),
    0,
    Array((ranks - 1) * crops.length).fill(batch),
  );
  const all = crops.map((crop, i) =>
    concat([crop, ...Array.from({ length: ranks - 1 }, (_, rank) => ofRanks[rank * crops.length + i]!)], 0),
  );
  const indices = concat([own.indices, otherIndices], 0);
  const features = all.slice(0, own.features.length);
  return {
    inputs: {
      ...own,
      features,
      local: all.slice(own.features.length),
      indices,
      positives: rowDot(features[0]!, gather(own.bank, indices)),
    },
    outputs: { [OWN_FEATURES]: concat(crops, 0) },
    late: [OTHER_FEATURES, OTHER_INDICES],
  };
}

/**
 * Brings to all ranks the means of their gradients, of their running statistics and of what their steps tell, and the
 * wish to stop: one array, added up over the ranks.
 *
 * @param variables whose next buffers become the means
 */
export function shareMeans(
  gradients: readonly Value[],
  { nextBuffers }: Variables,
  told: Readonly<Record<string, Value>>,
  ranks: number,
): Exchange & { readonly gradients: readonly Value[]; readonly told: Outputs } {
  const own = [...gradients, ...nextBuffers.values(), ...Object.values(told), input(WISH, [1])];
  const sizes = own.map(({ shape }) => sizeOf(shape));
  const flat = concat(
    own.map((value, i) => reshape(value, [sizes[i]!])),
    0,
  );
  const sum = input(MEAN, flat.shape);
  const means = split(sum, 0, sizes).map((part, i) => reshape(part, own[i]!.shape));
  const take = (count: number): Value[] => means.splice(0, count);
  const mean = { gradients: take(gradients.length), buffers: take(nextBuffers.size), told: take(own.length) };
  [...nextBuffers.keys()].forEach((name, i) => {
    nextBuffers.set(name, mean.buffers[i]!);
  });
  return {
    gradients: mean.gradients,
    told: Object.fromEntries([...Object.keys(told), WISHED].map((name, i) => [name, mean.told[i]!])),
    outputs: { [OWN_PART]: mul(flat, scalar(1 / ranks)) },
    late: [MEAN],
  };
}
