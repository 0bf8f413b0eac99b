/** @file The comparison of convolutions with the float64 oracle, the same for every backend. */
import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { ConvInputGradient, ConvWeightGradient, conv } from '#src/graph/ops/conv.js';
import { squareWindow } from '#src/graph/ops/window.js';
import { input, sizeOf } from '#src/graph/value.js';
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
        const feeds = { x: normals(sizeOf(x.shape)), w: normals(sizeOf(w.shape)), dy: normals(sizeOf(y.shape)) };

        const oracle = convolution(tensorOf(feeds.x, ...x.shape), tensorOf(feeds.w, ...w.shape), c.stride, c.padding);
        const gradients = oracle.backward(tensorOf(feeds.dy, ...y.shape));
        const program = await Program.create({ y, dx, dw }, backend);
        const results = await program.run(feeds);
        await program.release();
        for (const [output, { data }] of Object.entries({ y: oracle.y, dx: gradients.dx, dw: gradients.dw })) {
          expect(relativeError(results[output]!, data), output).toBeLessThan(TOLERANCES.float32.operator);
        }
      });
    }
  });
}
