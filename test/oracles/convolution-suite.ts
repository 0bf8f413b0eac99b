/** @file The comparison of convolutions with the float64 oracle, the same for every backend. */
import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { ConvInputGradient, ConvWeightGradient, conv } from '#src/graph/ops/conv.js';
import { squareWindow } from '#src/graph/ops/window.js';
import { floats, input, sizeOf } from '#src/graph/value.js';
import { Program } from '#src/runtime/program.js';
import type { NamedBackend } from '../backends.js';
import { CONVOLUTIONS, describeConvolution } from '../gradients/convolutions.js';
import { TOLERANCES } from '../tolerances.js';
import { convolution } from './layers.js';
import { relativeError, tensorOf } from './tensor.js';

const SEED = 7;

export function describeConvolutions({ name, backend }: NamedBackend): void {
  describe(`a convolution and its two gradients on ${name}, seed ${SEED}`, () => {
    for (const c of CONVOLUTIONS) {
      it(`${describeConvolution(c)}: equal the sums over every product in float64`, async () => {
        const random = new Random(SEED, 'sample');
        const normals = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
        const x = input('x', [c.batch, c.channels, ...c.extents]);
        const w = input('w', [c.filters, c.channels, c.kernel, c.kernel]);
        const y = conv(x, w, c);
        const dy = input('dy', y.shape);
        const window = squareWindow(c.stride, c.padding);
        const dx = ConvInputGradient([dy, w], { ...window, extents: c.extents })[0];
        const dw = ConvWeightGradient([x, dy], { ...window, kernel: [c.kernel, c.kernel] })[0];
        // A convolution's result lies in blocks where a lowering has them, and its gradient then is another's affair.
        const eye = floats(
          Array.from({ length: c.channels ** 2 }, (_, i) => (i % (c.channels + 1) === 0 ? 1 : 0)),
          [c.channels, c.channels, 1, 1],
        );
        const behind = ConvWeightGradient([conv(x, eye), dy], { ...window, kernel: [c.kernel, c.kernel] })[0];
        const feeds = { x: normals(sizeOf(x.shape)), w: normals(sizeOf(w.shape)), dy: normals(sizeOf(y.shape)) };

        const oracle = convolution(tensorOf(feeds.x, ...x.shape), tensorOf(feeds.w, ...w.shape), c.stride, c.padding);
        const gradients = oracle.backward(tensorOf(feeds.dy, ...y.shape));
        const program = await Program.create({ y, dx, dw, behind }, backend);
        const results = await program.run(feeds);
        await program.release();
        const expected = { y: oracle.y, dx: gradients.dx, dw: gradients.dw, behind: gradients.dw };
        for (const [output, { data }] of Object.entries(expected)) {
          expect(relativeError(results[output]!, data), output).toBeLessThan(TOLERANCES.float32.operator);
        }
      });
    }
  });
}
