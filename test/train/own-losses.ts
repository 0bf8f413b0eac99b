/** @file Losses of one's own, in one file. */
import { Random } from '#src/core/random.js';
import { add, exp, log, mul, sub } from '#src/graph/ops/elementwise.js';
import { gather } from '#src/graph/ops/indexing.js';
import { mean } from '#src/graph/ops/reduce.js';
import { input, scalar } from '#src/graph/value.js';
import type { Loss } from '#src/method/losses/loss.js';
import { rowDot } from '#src/nn/rows.js';

// The example of CONTRIBUTING.md, to the letter.

/**
 * **A pair at a time.** The mean over the batch, j drawn at random, of
 *
 *     log(1 + exp((v_j·f − v_i·f) / τ))
 */
export const pairwise: Loss<'pairwise'> = {
  name: 'pairwise',
  sentence: 'told from one other picture, drawn at random',
  settings: [],
  views: 1,
  describe: () => ['a pair at a time'],
  numCompared: () => 2,
  build({ features, bank, positives }, { batch, tau }) {
    const others = rowDot(features[0]!, gather(bank, input('others', [batch], 'int64')));
    const logit = mul(sub(others, positives), scalar(1 / tau));
    return { loss: mean(log(add(exp(logit), scalar(1))), [0]) };
  },
  start({ seed }, { numImages }) {
    return {
      feed(step, indices) {
        const random = new Random(seed, 'negatives', step);
        return { others: indices.map(() => random.integer(numImages)) };
      },
    };
  },
};

/** The same with a weight of its own, and with what it remembers: the sum of what its steps gave. */
export const mindful: Loss<'mindful'> = {
  ...pairwise,
  name: 'mindful',
  settings: ['bankShare'],
  build(inputs, settings, instances) {
    const { loss } = pairwise.build(inputs, settings, instances);
    const weight = inputs.head.parameter('head.weight', [1], (values) => values.fill(1));
    const sum = mean(mul(input('sum', [1]), weight), [0]);
    return { loss: add(loss, mul(sum, sum)), given: add(sum, scalar(0.01)) };
  },
  start(settings, instances) {
    let sum = 0;
    return {
      feed: (step, indices) => ({ ...pairwise.start!(settings, instances).feed!(step, indices), sum }),
      take: ({ given }) => {
        sum += given![0]!;
      },
      get state() {
        return { sum };
      },
      restore: (state) => {
        sum = state['sum']!;
      },
    };
  },
};
