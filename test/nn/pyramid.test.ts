/** The stages that are found in a network. */
import { describe, expect, it } from 'vitest';
import { conv } from '#src/graph/ops/conv.js';
import { add, mul } from '#src/graph/ops/elementwise.js';
import { matMul } from '#src/graph/ops/matmul.js';
import { mean } from '#src/graph/ops/reduce.js';
import { relu } from '#src/graph/ops/relu.js';
import { reshape } from '#src/graph/ops/reshape.js';
import { floats, input, type Value } from '#src/graph/value.js';
import { channelMeans, pyramid } from '#src/nn/pyramid.js';
import { Program } from '#src/runtime/program.js';
import { cpuBackends } from '../backends.js';

const SIZE = 32;
const images = input('images', [2, 3, SIZE, SIZE]);

function convolved(x: Value, channels: number, stride: 1 | 2, kernel = 3): Value {
  const shape = [channels, x.shape[1]!, kernel, kernel];
  const numbers = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i));
  return relu(conv(x, floats(numbers, shape), { stride, padding: (kernel - 1) / 2 }));
}

const pooled = (x: Value): Value => mean(x, [2, 3]);

describe('a network that halves its maps', () => {
  const first = convolved(images, 8, 2);
  const second = convolved(convolved(first, 8, 1), 16, 2);
  const last = convolved(convolved(second, 16, 1), 32, 2);

  it('has the last map of each size but the smallest as stages', () => {
    const found = pyramid(pooled(last), SIZE);
    expect(Array.from(found, ([stride, { shape }]) => [stride, shape])).toEqual([
      [2, [2, 8, 16, 16]],
      [4, [2, 16, 8, 8]],
    ]);
  });

  it('has no others: neither weights of channels, nor colours, nor what grows again', () => {
    const squeezed = mul(last, reshape(pooled(last), [2, 32, 1, 1]));
    // How much 4 × 4 places attend to one another is as large as an earlier map.
    const places = reshape(squeezed, [2, 8, 4, 16]);
    const attention = matMul(reshape(places, [2, 8, 16, 4]), places);
    const attended = reshape(matMul(attention, reshape(places, [2, 8, 16, 4])), [2, 32, 4, 4]);
    const found = pyramid(pooled(add(squeezed, attended)), SIZE);
    expect(attention.shape).toEqual([2, 8, 16, 16]);
    expect([...found.keys()]).toEqual([2, 4]);
    expect(found.get(2)!.shape).toEqual([2, 8, 16, 16]);
    expect(found.get(2)).not.toBe(attention);
  });

  it('has none if it has maps of one size or two', () => {
    expect(pyramid(pooled(convolved(second, 16, 1)), SIZE).size).toBe(0);
  });
});

it('of a wide map every so many channels are averaged', async () => {
  const x = input('x', [1, 600, 2, 2]);
  const [{ backend }] = (await cpuBackends()) as [Awaited<ReturnType<typeof cpuBackends>>[number]];
  const program = await Program.create({ means: channelMeans(x) }, backend);
  const { means } = await program.run({ x: Float32Array.from({ length: 2400 }, (_, i) => i) });
  await program.release();
  expect(Array.from(means!)).toEqual(Array.from({ length: 200 }, (_, i) => 12 * i + 1.5));
});
