/** @file Sums of products over named axes. */
import { ShapeError } from '../../core/errors.js';
import { operator } from '../operator.js';
import { type Shape, show, type TensorType, type Value } from '../value.js';
import { expand } from './reduce.js';
import { reshape } from './reshape.js';

type Equation = { readonly equation: string };

/** The letters of each operand and of the result; '...' is written out in letters that the equation does not have. */
interface Terms {
  readonly operands: readonly string[];
  readonly result: string;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function termsOf(inputs: readonly TensorType[], equation: string): Terms {
  const [left, right] = equation.replaceAll(' ', '').split('->') as [string, string?];
  const terms = left.split(',');
  const most = Math.max(
    0,
    ...terms.map((term, i) => (term.includes('...') ? (inputs[i]?.shape.length ?? 0) - term.length + 3 : 0)),
  );
  const letters = [...LETTERS]
    .filter((letter) => !equation.includes(letter))
    .slice(0, most)
    .join('');
  const operands = terms.map((term, i) => {
    const count = (inputs[i]?.shape.length ?? 0) - term.length + 3;
    return term.replace('...', letters.slice(most - count));
  });
  if (operands.length !== inputs.length || operands.some((term, i) => term.length !== inputs[i]!.shape.length)) {
    throw new ShapeError(`Einsum: expected operands for '${equation}', got ${inputs.map(show).join(', ')}.`);
  }
  const once = [...operands.join('')].filter((letter, _, all) => all.filter((other) => other === letter).length === 1);
  const implied =
    letters +
    once
      .filter((letter) => !letters.includes(letter))
      .sort()
      .join('');
  return { operands, result: right === undefined ? implied : right.replace('...', letters) };
}

/** @throws {ShapeError} if one letter stands for two extents, or for two axes of one operand */
function extentsOf(inputs: readonly TensorType[], { operands }: Terms): ReadonlyMap<string, number> {
  const extents = new Map<string, number>();
  operands.forEach((term, i) => {
    [...term].forEach((letter, axis) => {
      const extent = inputs[i]!.shape[axis]!;
      const known = extents.get(letter) ?? extent;
      if (known !== extent || term.indexOf(letter) !== axis) {
        throw new ShapeError(
          `Einsum: expected one extent for each letter, which no operand has twice, got ${inputs.map(show).join(', ')}.`,
        );
      }
      extents.set(letter, extent);
    });
  });
  return extents;
}

/** Σ of products of elements, as the equation says: 'bij,bjk->bik' are matrix products. */
export const Einsum = operator<number, 1, Equation>({
  name: 'Einsum',
  attributes: { equation: 'string' },
  infer: (inputs, { equation }) => {
    const terms = termsOf(inputs, equation);
    const extents = extentsOf(inputs, terms);
    return [{ dtype: inputs[0]!.dtype, shape: [...terms.result].map((letter) => extents.get(letter)!) }];
  },
  // Of an operand it is the sum over what it has not, of the others' products with dy.
  gradient: ({ inputs, attributes: { equation } }, [dy]) => {
    const { operands, result } = termsOf(inputs, equation);
    return inputs.map((x, i) => {
      const own = operands[i]!;
      const sources = [...operands.toSpliced(i, 1), result];
      const seen = [...own].filter((letter) => sources.some((term) => term.includes(letter)));
      const dx = einsum(`${sources.join(',')}->${seen.join('')}`, ...inputs.toSpliced(i, 1), dy);
      const kept: Shape = [...own].map((letter, axis) => (seen.includes(letter) ? x.shape[axis]! : 1));
      return expand(reshape(dx, kept), x.shape);
    });
  },
  // ONNX Runtime 1.30 on WebGPU does not know the three points.
  lower: (inputs, { equation }, { device }) => {
    if (device !== 'webgpu' || !equation.includes('...')) return null;
    const { operands, result } = termsOf(inputs, equation);
    return [einsum(`${operands.join(',')}->${result}`, ...inputs)];
  },
});

/** Sums of products of `values` as `equation` says. */
export function einsum(equation: string, ...values: readonly Value[]): Value {
  return Einsum(values, { equation })[0];
}
