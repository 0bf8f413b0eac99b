import * as ops from '#src/graph/ops/operators.js';
import { ints, type Shape, scalar, type Value } from '#src/graph/value.js';
import { at, type Definition, describeDefinitions, fromIndex } from './compare.js';
import type { Tensor } from './tensor.js';

/** Where each number of the result is taken from. */
function moved(
  name: string,
  from: Shape,
  to: Shape,
  build: (x: Value) => Value,
  source: (index: readonly number[]) => readonly number[] | null,
): Definition {
  return {
    name,
    inputs: [from],
    build: (x) => build(x!),
    define: (x) =>
      fromIndex(to, (index) => {
        const place = source(index);
        return place === null ? 0 : at(x!, place);
      }),
  };
}
/** −2 −1 0 1 2 3 4 of four elements, mirrored at the outermost: 2 1 0 1 2 3 2. */
const mirrored = (i: number, extent: number): number => (i < 0 ? -i : i >= extent ? 2 * (extent - 1) - i : i);

describeDefinitions('moved', [
  moved(
    'Slice backwards',
    [5, 4],
    [2, 4],
    (x) => ops.slice(x, [-1], [0], [0], [-2]),
    ([i, j]) => [4 - 2 * i!, j!],
  ),
  moved(
    'Slice beyond the end',
    [5, 4],
    [2, 4],
    (x) => ops.slice(x, [3], [99], [0]),
    ([i, j]) => [3 + i!, j!],
  ),
  moved(
    'Slice of the last axis',
    [5, 4],
    [5, 2],
    (x) => ops.slice(x, [-3], [-1], [-1]),
    ([i, j]) => [i!, 1 + j!],
  ),
  moved(
    'Pad by reflection',
    [4, 5],
    [7, 5],
    (x) => ops.Pad([x, ints([2, 0, 1, 0])], { mode: 'reflect' })[0],
    ([i, j]) => [mirrored(i! - 2, 4), j!],
  ),
  moved(
    'Pad by the edge',
    [4, 5],
    [7, 5],
    (x) => ops.Pad([x, ints([2, 0, 1, 0])], { mode: 'edge' })[0],
    ([i, j]) => [Math.min(Math.max(i! - 2, 0), 3), j!],
  ),
  moved(
    'Pad of one axis',
    [2, 3],
    [2, 5],
    (x) => ops.Pad([x, ints([1, 1]), scalar(0), ints([-1])], {})[0],
    ([i, j]) => (j! >= 1 && j! <= 3 ? [i!, j! - 1] : null),
  ),
  moved(
    'Tile',
    [2, 3],
    [4, 9],
    (x) => ops.tile(x, [2, 3]),
    ([i, j]) => [i! % 2, j! % 3],
  ),
  moved(
    'Gather of columns',
    [4, 5],
    [4, 3],
    (x) => ops.gatherAxis(x, ints([4, -5, 2]), 1),
    ([i, j]) => [i!, [4, 0, 2][j!]!],
  ),
  moved(
    'Gather of one',
    [4, 5],
    [4],
    (x) => ops.Gather([x, ints([2], [])], { axis: -1 })[0],
    ([i]) => [i!, 2],
  ),
  moved(
    'GatherElements',
    [2, 3],
    [2, 2],
    (x) => ops.GatherElements([x, ints([2, 0, 1, 1], [2, 2])], { axis: 1 })[0],
    ([i, j]) => [i!, [2, 0, 1, 1][2 * i! + j!]!],
  ),
  moved(
    'Transpose by default',
    [2, 3, 4],
    [4, 3, 2],
    (x) => ops.Transpose([x], {})[0],
    ([i, j, k]) => [k!, j!, i!],
  ),
  moved(
    'Squeeze',
    [2, 1, 3],
    [2, 3],
    (x) => ops.squeeze(x, [1]),
    ([i, j]) => [i!, 0, j!],
  ),
  moved(
    'Squeeze of all',
    [2, 1, 3, 1],
    [2, 3],
    (x) => ops.Squeeze([x], {})[0],
    ([i, j]) => [i!, 0, j!, 0],
  ),
  moved(
    'Unsqueeze',
    [2, 3],
    [1, 2, 3, 1],
    (x) => ops.unsqueeze(x, [0, -1]),
    ([, i, j]) => [i!, j!],
  ),
  moved(
    'Flatten from an axis',
    [2, 3, 4],
    [6, 4],
    (x) => ops.Flatten([x], { axis: -1 })[0],
    ([i, j]) => [Math.floor(i! / 3), i! % 3, j!],
  ),
  moved(
    'Reshape with what is left',
    [2, 3, 4],
    [2, 12],
    (x) => ops.Reshape([x, ints([0, -1])], {})[0],
    ([i, j]) => [i!, Math.floor(j! / 4), j! % 4],
  ),
  moved(
    'DepthToSpace, depth first',
    [1, 8, 2, 3],
    [1, 2, 4, 6],
    (x) => ops.depthToSpace(x, 2),
    ([, c, y, x]) => [0, (2 * (y! % 2) + (x! % 2)) * 2 + c!, Math.floor(y! / 2), Math.floor(x! / 2)],
  ),
  moved(
    'DepthToSpace, column and row first',
    [1, 8, 2, 3],
    [1, 2, 4, 6],
    (x) => ops.depthToSpace(x, 2, 'CRD'),
    ([, c, y, x]) => [0, 4 * c! + 2 * (y! % 2) + (x! % 2), Math.floor(y! / 2), Math.floor(x! / 2)],
  ),
  moved(
    'SpaceToDepth',
    [1, 2, 4, 6],
    [1, 8, 2, 3],
    (x) => ops.spaceToDepth(x, 2),
    ([, c, y, x]) => [0, c! % 2, 2 * y! + Math.floor(c! / 4), 2 * x! + (Math.floor(c! / 2) % 2)],
  ),
]);

/** Σ over all letters that the result has not, of products. */
function summed(operands: readonly string[], result: string, xs: readonly Tensor[], shape: Shape): Tensor {
  const extents = new Map(
    operands.flatMap((term, i) => [...term].map((letter, axis) => [letter, xs[i]!.shape[axis]!] as const)),
  );
  const inner = [...extents.keys()].filter((letter) => !result.includes(letter));
  return fromIndex(shape, (outer) => {
    const terms = fromIndex(
      inner.map((letter) => extents.get(letter)!),
      (rest) => {
        const place = (letter: string): number =>
          result.includes(letter) ? outer[result.indexOf(letter)]! : rest[inner.indexOf(letter)]!;
        return operands.reduce((product, term, i) => product * at(xs[i]!, [...term].map(place)), 1);
      },
    );
    return terms.data.reduce((a, b) => a + b, 0);
  });
}
function product(
  name: string,
  inputs: readonly Shape[],
  shape: Shape,
  [operands, result]: readonly [readonly string[], string],
  build: (...xs: readonly Value[]) => Value,
): Definition {
  return { name, inputs, build, define: (...xs) => summed(operands, result, xs, shape) };
}

describeDefinitions('products', [
  product(
    'MatMul of many and one',
    [
      [2, 3, 4],
      [4, 5],
    ],
    [2, 3, 5],
    [['abk', 'kc'], 'abc'],
    (a, b) => ops.matMul(a!, b!),
  ),
  product(
    'MatMul of as many',
    [
      [2, 3, 4],
      [2, 4, 5],
    ],
    [2, 3, 5],
    [['abk', 'akc'], 'abc'],
    (a, b) => ops.matMul(a!, b!),
  ),
  product('MatMul of a vector', [[4], [2, 4, 5]], [2, 5], [['k', 'akc'], 'ac'], (a, b) => ops.matMul(a!, b!)),
  product('MatMul with a vector', [[2, 3, 4], [4]], [2, 3], [['abk', 'k'], 'ab'], (a, b) => ops.matMul(a!, b!)),
  product(
    'Einsum',
    [
      [2, 3, 4],
      [3, 5],
    ],
    [5, 2],
    [['abk', 'bc'], 'ca'],
    (a, b) => ops.einsum('abk,bc->ca', a!, b!),
  ),
  product(
    'Einsum, implied',
    [
      [2, 3],
      [3, 5],
    ],
    [2, 5],
    [['ik', 'kj'], 'ij'],
    (a, b) => ops.einsum('ik,kj', a!, b!),
  ),
  {
    name: 'Gemm',
    inputs: [[4, 3], [5, 4], [5]],
    build: (a, b, c) => ops.Gemm([a!, b!, c!], { transA: 1, transB: 1, alpha: 0.5, beta: 2 })[0],
    define: (a, b, c) => {
      const sums = summed(['ki', 'jk'], 'ij', [a!, b!], [3, 5]);
      return fromIndex([3, 5], (index) => 0.5 * at(sums, index) + 2 * at(c!, index));
    },
  },
]);
