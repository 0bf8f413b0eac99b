import { describe, expect, it } from 'vitest';
import { GradientError } from '#src/core/errors.js';
import { grad } from '#src/graph/grad.js';
import { operator } from '#src/graph/operator.js';
import * as ops from '#src/graph/ops/operators.js';
import { print } from '#src/graph/print.js';
import { share } from '#src/graph/share.js';
import { floats, input, scalar, type Value } from '#src/graph/value.js';
import { evaluate } from '../method/evaluate.js';

function gradients(loss: Value, wrt: Record<string, Value>): string {
  const names = Object.keys(wrt);
  const values = grad(loss, Object.values(wrt));
  return print(share(Object.fromEntries(names.map((name, i) => [`d${name}`, values[i]!]))));
}

describe('the backward graph', () => {
  it('of a linear layer with ReLU', () => {
    const [x, w] = [input('x', [2, 3]), input('w', [4, 3])];
    const loss = ops.sum(ops.relu(ops.matmul(x, w, { transB: true })), [0, 1]);
    expect(gradients(loss, { w })).toMatchInlineSnapshot(`
      "%0: float32[1, 1] = Reshape(1, [1, 1])
      %1: float32[2, 4] = Expand(%0, [2, 4])
      %2: float32[2, 4] = Gemm(x, w) transA=0 transB=1
      %3: float32[2, 4] = Relu(%2)
      %4: float32[2, 4] = ReluGradient(%1, %3)
      %5: float32[4, 3] = Gemm(%4, x) transA=1 transB=0
      return dw = %5"
    `);
  });

  it('of a broadcast product sums back to the smaller shape', () => {
    const [x, b] = [input('x', [2, 3]), input('b', [3])];
    expect(gradients(ops.sum(ops.mul(x, b), [0, 1]), { b })).toMatchInlineSnapshot(`
      "%0: float32[1, 1] = Reshape(1, [1, 1])
      %1: float32[2, 3] = Expand(%0, [2, 3])
      %2: float32[2, 3] = Mul(%1, x)
      %3: float32[3] = ReduceSum(%2, [0]) keepdims=0
      return db = %3"
    `);
  });

  it('of a value used twice adds up both uses', () => {
    const x = input('x', []);
    expect(gradients(ops.mul(x, ops.exp(x)), { x })).toMatchInlineSnapshot(`
      "%0: float32[] = Exp(x)
      %1: float32[] = Mul(1, %0)
      %2: float32[] = Mul(1, x)
      %3: float32[] = Mul(%2, %0)
      %4: float32[] = Add(%1, %3)
      return dx = %4"
    `);
  });

  it('of a convolution names the gradient of its kernel only, if nothing else is asked for', () => {
    const [x, w] = [input('x', [2, 3, 8, 8]), input('w', [4, 3, 3, 3])];
    expect(gradients(ops.sum(ops.conv(x, w, { padding: 1 }), [0, 1, 2, 3]), { w })).toMatchInlineSnapshot(`
      "%0: float32[1, 1, 1, 1] = Reshape(1, [1, 1, 1, 1])
      %1: float32[2, 4, 8, 8] = Expand(%0, [2, 4, 8, 8])
      %2: float32[4, 3, 3, 3] = ConvWeightGradient(x, %1) strides=[1, 1] pads=[1, 1, 1, 1] kernel=[3, 3]
      return dw = %2"
    `);
  });

  it('is zeros for what the loss does not depend on', () => {
    expect(gradients(ops.exp(input('x', [])), { y: input('y', [2]) })).toMatchInlineSnapshot(`
      "%0: float32[2] = Expand(0, [2])
      return dy = %0"
    `);
  });
});

describe('grad', () => {
  const x = input('x', [2, 3]);
  const total = (value: Value): Value =>
    ops.sum(
      value,
      value.shape.map((_, axis) => axis),
    );

  it('can be applied twice: the second derivative of x³ is 6x', async () => {
    const t = input('t', []);
    const [first] = grad(ops.mul(t, ops.mul(t, t)), [t]);
    const [second] = grad(first!, [t]);
    expect((await evaluate({ second: second! }, { t: Float32Array.of(1.5) }))['second']![0]).toBe(9);
  });

  it('walks around what is held constant', async () => {
    const t = input('t', []);
    const [dt] = grad(ops.mul(ops.stopGradient(ops.exp(t)), t), [t]);
    expect((await evaluate({ dt: dt! }, { t: Float32Array.of(0) }))['dt']![0]).toBe(1);
  });

  it('takes a comparison for a constant', async () => {
    const t = input('t', [3]);
    const [dt] = grad(total(ops.where(ops.greater(t, scalar(0)), ops.mul(t, t), ops.cast(ops.less(t, t), 'float32'))), [
      t,
    ]);
    expect(Array.from((await evaluate({ dt: dt! }, { t: Float32Array.of(-1, 2, 3) }))['dt']!, Math.abs)).toEqual([
      0, 4, 6,
    ]);
  });

  const refusals: [string, () => unknown, string][] = [
    ['a loss that is no scalar', () => grad(x, [x]), 'grad: expected a loss of float32[], got float32[2, 3].'],
    [
      'a loss of integers',
      () => grad(input('i', [], 'int64'), [x]),
      'grad: expected a loss of float32[], got int64[].',
    ],
    [
      'a path through an operator without a gradient',
      () => grad(total(ops.mul(ops.Floor([x], {})[0], scalar(2))), [x]),
      'Floor has no gradient: it is piecewise constant',
    ],
    [
      'the gradient of an index',
      () => {
        const index = input('index', [2], 'int64');
        return grad(total(ops.gather(x, index)), [index]);
      },
      'Gather: input 1 is not differentiable.',
    ],
    [
      'a loss of the statistics of a batch normalisation',
      () => {
        const images = input('images', [2, 3, 4, 4]);
        return grad(total(ops.batchNorm(images, floats([1, 1, 1]), floats([0, 0, 0])).mean), [images]);
      },
      'BatchNorm: expected a loss that uses y only',
    ],
  ];
  for (const [what, build, message] of refusals) {
    it(`refuses ${what}`, () => {
      expect(build).toThrow(GradientError);
      expect(build).toThrow(message);
    });
  }

  it('refuses a rule that gives a gradient of the wrong shape, or too few', () => {
    const wrongShape = operator<1>({ name: 'Wrong', infer: ([a]) => [a], gradient: () => [scalar(1)] });
    expect(() => grad(total(wrongShape([x], {})[0]), [x])).toThrow(
      'Wrong: expected a gradient of float32[2, 3], got float32[].',
    );
    const tooFew = operator<number>({ name: 'Few', infer: ([a]) => [a!], gradient: () => [] });
    expect(() => grad(total(tooFew([x], {})[0]), [x])).toThrow('Few: expected 1 gradients from its rule, got 0.');
  });

  it('differentiates a chain of twenty thousand operators without a deep call stack', () => {
    let y: Value = input('t', []);
    const t = y;
    for (let i = 0; i < 20_000; i++) y = ops.neg(y);
    expect(grad(y, [t])[0]!.shape).toEqual([]);
  });
});
