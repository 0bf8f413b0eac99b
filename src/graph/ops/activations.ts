/** @file Activations: functions of each number that networks bend what they compute by. */
import { operator } from '../operator.js';
import { scalar, type Value } from '../value.js';
import { HardSigmoid, isInside, isPositive } from './clip.js';
import { greater } from './comparison.js';
import { add, div, mul, sub, where } from './elementwise.js';
import { abs, eachNumber } from './functions.js';
import { sumTo } from './reduce.js';

type Alpha = { readonly alpha?: number };
const ALPHA = { alpha: 'float' } as const;

/** `above` where x > 0, else `below`. */
function bySign(x: Value, above: number, below: Value): Value {
  return where(greater(x, scalar(0)), scalar(above), below);
}

export const Sigmoid = eachNumber('Sigmoid', {}, (_, y) => mul(y, sub(scalar(1), y)));
export const Tanh = eachNumber('Tanh', {}, (_, y) => sub(scalar(1), mul(y, y)));
export const Softplus = eachNumber('Softplus', {}, (x) => sigmoid(x));
export const Softsign = eachNumber('Softsign', {}, (x) => {
  const size = add(scalar(1), abs(x));
  return div(scalar(1), mul(size, size));
});

/** x where it is positive, else αx; α is 0.01. */
export const LeakyRelu = eachNumber<Alpha>('LeakyRelu', ALPHA, (x, _, { alpha = 0.01 }) => bySign(x, 1, scalar(alpha)));

/** x where it is positive, else α(eˣ − 1); α is 1. */
export const Elu = eachNumber<Alpha>('Elu', ALPHA, (x, y, { alpha = 1 }) => bySign(x, 1, add(y, scalar(alpha))));

/** x where it is positive, else α(e^(x / α) − 1); α is 1. */
export const Celu = eachNumber<Alpha>('Celu', ALPHA, (x, y, { alpha = 1 }) =>
  bySign(x, 1, add(mul(y, scalar(1 / alpha)), scalar(1))),
);

/** γ times Elu, with the numbers of Klambauer et al. 2017. */
export const Selu = eachNumber<Alpha & { readonly gamma?: number }>(
  'Selu',
  { ...ALPHA, gamma: 'float' },
  (x, y, { alpha = 1.6732631921768188, gamma = 1.0507010221481323 }) => bySign(x, gamma, add(y, scalar(alpha * gamma))),
);

/** x where it exceeds α, else 0; α is 1. */
export const ThresholdedRelu = eachNumber<Alpha>('ThresholdedRelu', ALPHA, (x, _, { alpha = 1 }) =>
  isPositive(sub(x, scalar(alpha))),
);

/** x · min(1, max(0, x / 6 + 1 / 2)). */
export const HardSwish = eachNumber('HardSwish', {}, (x) => {
  const share = HardSigmoid([x], { alpha: 1 / 6, beta: 0.5 })[0];
  return add(share, mul(mul(x, scalar(1 / 6)), isInside(share)));
});

/** x tanh(log(1 + eˣ)). */
export const Mish = eachNumber('Mish', {}, (x) => {
  const t = tanh(Softplus([x], {})[0]);
  return add(t, mul(mul(x, sigmoid(x)), sub(scalar(1), mul(t, t))));
});

/** x · sigmoid(αx), α 1: SiLU. ONNX has it from opset 24 on; here it is lowered. */
export const Swish = operator<1, 1, Alpha>({
  name: 'Swish',
  attributes: ALPHA,
  elementwise: true,
  infer: ([x]) => [x],
  gradient: ({ inputs: [x], attributes: { alpha = 1 } }, [dy]) => {
    const gate = gateOf(x, alpha);
    // y′ = g + αx g (1 − g)
    const along = mul(mul(mul(x, scalar(alpha)), gate), sub(scalar(1), gate));
    return [mul(dy, add(gate, along))];
  },
  lower: ([x], { alpha = 1 }) => [mul(x, gateOf(x, alpha))],
});

function gateOf(x: Value, alpha: number): Value {
  return sigmoid(alpha === 1 ? x : mul(x, scalar(alpha)));
}

/** x where it is positive, else x times its slope, which broadcasts to x. */
export const PRelu = operator<2>({
  name: 'PRelu',
  infer: ([x]) => [x],
  gradient: ({ inputs: [x, slope] }, [dy]) => {
    const isAbove = greater(x, scalar(0));
    const dSlope = where(isAbove, scalar(0), mul(dy, x));
    return [mul(dy, where(isAbove, scalar(1), slope)), sumTo(dSlope, slope.shape)];
  },
});

export function sigmoid(x: Value): Value {
  return Sigmoid([x], {})[0];
}
export function tanh(x: Value): Value {
  return Tanh([x], {})[0];
}
export function hardSwish(x: Value): Value {
  return HardSwish([x], {})[0];
}
export function swish(x: Value): Value {
  return Swish([x], {})[0];
}
