import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { conv, ConvInputGradient, ConvWeightGradient } from '#src/graph/ops/conv.js';
import { squareWindow } from '#src/graph/ops/window.js';
import { input, sizeOf } from '#src/graph/value.js';
import { Program } from '#src/runtime/program.js';
import { cpuBackends } from '../backends.js';
import { CONVOLUTIONS, describeConvolution } from '../gradients/convolutions.js';
import { TOLERANCES } from '../tolerances.js';
import { convolution } from './layers.js';
import { relativeError, tensorOf } from './tensor.js';

const SEED = 7;

describe('convolution and its two gradients', async () => {
  const backends = await cpuBackends();

  for (const c of CONVOLUTIONS) {
    it(`${describeConvolution(c)}: equals the sum over every product in float64, however it is lowered`, async () => {
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
      const expected = { y: oracle.y, dx: gradients.dx, dw: gradients.dw };
      for (const { name, backend } of backends) {
        const program = await Program.create({ y, dx, dw }, backend);
        const results = await program.run(feeds);
        await program.release();
        for (const [output, { data }] of Object.entries(expected)) {
          const error = relativeError(results[output]!, data);
          expect(error, `${output} on ${name}`).toBeLessThan(TOLERANCES.float32.operator);
        }
      }
    });
  }
});
