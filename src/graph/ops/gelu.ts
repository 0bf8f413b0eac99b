/** @file The Gaussian error linear unit (Hendrycks and Gimpel 2016). ONNX has it from opset 20 on; here it is lowered. */
import { ShapeError } from '../../core/errors.js';
import { noGradient, operator } from '../operator.js';
import { scalar, type Value } from '../value.js';
import { tanh } from './activations.js';
import { add, exp, mul, sub } from './elementwise.js';
import { erf } from './functions.js';

type Approximate = { readonly approximate?: string };

/** The runtime's own, which makes one pass on a CPU. */
function inOnePass(name: string) {
  return operator<1>({
    name,
    domain: 'com.microsoft',
    elementwise: true,
    infer: ([x]) => [x],
    gradient: noGradient('it is what Gelu is lowered to'),
  });
}
const ExactGelu = inOnePass('Gelu');
const TanhGelu = inOnePass('FastGelu');

/** x Φ(x), with the Φ of the normal distribution; by default exactly, with `approximate` 'tanh' nearly. */
export const Gelu = operator<1, 1, Approximate>({
  name: 'Gelu',
  attributes: { approximate: 'string' },
  elementwise: true,
  infer: ([x], { approximate = 'none' }) => {
    if (approximate !== 'none' && approximate !== 'tanh') {
      throw new ShapeError(`Gelu: expected to approximate by 'none' or 'tanh', got '${approximate}'.`);
    }
    return [x];
  },
  gradient: ({ inputs: [x], attributes: { approximate } }, [dy]) => {
    const slope = approximate === 'tanh' ? slopeOfTanh(x) : slopeOfErf(x);
    return [mul(dy, add(share(x, approximate), mul(x, slope)))];
  },
  lower: ([x], { approximate }, { device, channelBlock }) => {
    if (device !== 'cpu' || channelBlock === undefined) return [mul(x, share(x, approximate))];
    return approximate === 'tanh' ? TanhGelu([x], {}) : ExactGelu([x], {});
  },
});

/** Φ(x), or what approximates it: how much of x is left. */
function share(x: Value, approximate?: string): Value {
  const z = approximate === 'tanh' ? tanhOf(x) : erf(mul(x, scalar(Math.SQRT1_2)));
  return add(mul(z, scalar(0.5)), scalar(0.5));
}

/** exp(−x² / 2) / √(2π) */
function slopeOfErf(x: Value): Value {
  return mul(exp(mul(mul(x, x), scalar(-0.5))), scalar(1 / Math.sqrt(2 * Math.PI)));
}

const [LINEAR, CUBIC] = [Math.sqrt(2 / Math.PI), 0.044715 * Math.sqrt(2 / Math.PI)];

function tanhOf(x: Value): Value {
  return tanh(mul(x, add(mul(mul(x, x), scalar(CUBIC)), scalar(LINEAR))));
}

/** (1 − t²) / 2 times the derivative of what t is the tanh of. */
function slopeOfTanh(x: Value): Value {
  const t = tanhOf(x);
  const inner = add(mul(mul(x, x), scalar(1.5 * CUBIC)), scalar(0.5 * LINEAR));
  return mul(sub(scalar(1), mul(t, t)), inner);
}

export function gelu(x: Value, approximate: 'none' | 'tanh' = 'none'): Value {
  return Gelu([x], { approximate })[0];
}
