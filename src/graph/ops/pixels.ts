/** @file Pixels and channels of images float32[n, c, h, w] exchanged. */
import { ShapeError } from '../../core/errors.js';
import { operator } from '../operator.js';
import { show, type TensorType, type Value } from '../value.js';
import { reshape } from './reshape.js';
import { transpose } from './shape.js';

type Blocks = { readonly blocksize: number };

/** @throws {ShapeError} unless x is float32[n, c, h, w] and `parts` divide its extents */
function checkParts(name: string, x: TensorType, parts: readonly number[]): void {
  const divides = x.shape.length === 4 && parts.every((part, axis) => x.shape[axis]! % part === 0);
  if (!divides) throw new ShapeError(`${name}: expected extents that [${parts}] divides, got ${show(x)}.`);
}

/** Squares of so many channels become squares of pixels; which channel is which pixel, `mode` says, 'DCR' or 'CRD'. */
export const DepthToSpace = operator<1, 1, Blocks & { readonly mode?: string }>({
  name: 'DepthToSpace',
  attributes: { blocksize: 'int', mode: 'string' },
  infer: ([x], { blocksize: s }) => {
    checkParts('DepthToSpace', x, [1, s * s, 1, 1]);
    const [n, c, h, w] = x.shape as [number, number, number, number];
    return [{ dtype: x.dtype, shape: [n, c / (s * s), h * s, w * s] }];
  },
  gradient: ({ inputs: [x], attributes: { blocksize: s, mode = 'DCR' } }, [dy]) => {
    const [n, c, h, w] = x.shape as [number, number, number, number];
    const squares = reshape(dy, [n, c / (s * s), h, s, w, s]);
    return [reshape(transpose(squares, mode === 'DCR' ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 5, 2, 4]), x.shape)];
  },
});

/** Squares of pixels become channels, the square's rows first. */
export const SpaceToDepth = operator<1, 1, Blocks>({
  name: 'SpaceToDepth',
  attributes: { blocksize: 'int' },
  infer: ([x], { blocksize: s }) => {
    checkParts('SpaceToDepth', x, [1, 1, s, s]);
    const [n, c, h, w] = x.shape as [number, number, number, number];
    return [{ dtype: x.dtype, shape: [n, c * s * s, h / s, w / s] }];
  },
  gradient: ({ attributes: { blocksize } }, [dy]) => [DepthToSpace([dy], { blocksize, mode: 'DCR' })[0]],
});

export function depthToSpace(x: Value, blocksize: number, mode: 'DCR' | 'CRD' = 'DCR'): Value {
  return DepthToSpace([x], { blocksize, mode })[0];
}
export function spaceToDepth(x: Value, blocksize: number): Value {
  return SpaceToDepth([x], { blocksize })[0];
}
