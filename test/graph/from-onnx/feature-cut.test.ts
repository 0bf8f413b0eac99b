/** @file Which value is the feature by itself, in networks that end in one way or another. */
import { describe, expect, it } from 'vitest';
import { floatTensor, intTensor, type TestNode, type TestTensor, testModel } from './model-builder.js';
import { read } from './same-as-runtime.js';

const ones = (...shape: number[]): TestTensor => floatTensor(Array(shape.reduce((a, b) => a * b, 1)).fill(1), shape);
const TENSORS = {
  ...{ w: ones(48, 5), w2: ones(48, 5), b: ones(5), half: floatTensor([0.5], []) },
  ...{ 'head.fc.weight': ones(48, 5), 'visual.head.proj.weight': ones(48, 5) },
  ...{ maps: ones(7, 3, 1, 1), perMap: ones(7), square: ones(3, 3, 3, 3) },
  ...{ few: intTensor([0, 2, 24]), boxes: intTensor([0, 60, 80]), kinds: intTensor([0, 21, 7168]) },
};

async function featureOf(nodes: readonly TestNode[], size = 4): Promise<{ feature: string; dim: number }> {
  const inputs = { images: { shape: ['batch', 3, size, size] } };
  const { feature, dim } = await read(
    testModel({ opset: 17, nodes, tensors: TENSORS, inputs, outputs: { out: { shape: [] } } }),
  );
  return { feature, dim };
}

const ROWS: TestNode = ['Flatten', ['images'], ['rows']];
const ONE_BY_ONE = { kernel_shape: { ints: [1, 1] } };

describe('the feature is', () => {
  it('what maps of scores are made of, of a classifier that is a convolution, as SqueezeNet’s', async () => {
    const found = await featureOf([
      ['Relu', ['images'], ['last']],
      ['Conv', ['last', 'maps', 'perMap'], ['scores'], ONE_BY_ONE],
      ['Relu', ['scores'], ['positive']],
      ['GlobalAveragePool', ['positive'], ['pooled']],
      ['Flatten', ['pooled'], ['out']],
    ]);
    expect(found).toEqual({
      feature: "the mean of its 4×4 places of what its last layer, 'the_conv', is given: 'last'",
      dim: 3,
    });
  });

  it('the output where its maps come from a convolution of several places', async () => {
    const found = await featureOf([
      ['Conv', ['images', 'square'], ['map'], { kernel_shape: { ints: [3, 3] } }],
      ['Relu', ['map'], ['positive']],
      ['GlobalAveragePool', ['positive'], ['pooled']],
      ['Flatten', ['pooled'], ['out']],
    ]);
    expect(found).toEqual({ feature: "its output 'out'", dim: 3 });
  });

  it('what a projection without a bias gives, as CLIP’s, but not scores that become probabilities', async () => {
    expect(await featureOf([ROWS, ['MatMul', ['rows', 'w'], ['out']]])).toEqual({
      feature: "its output 'out'",
      dim: 5,
    });
    const scored: TestNode[] = [ROWS, ['MatMul', ['rows', 'w'], ['scores']], ['Softmax', ['scores'], ['out']]];
    expect((await featureOf(scored)).dim).toBe(48);
    const biased: TestNode[] = [ROWS, ['MatMul', ['rows', 'w'], ['scores']], ['Add', ['scores', 'b'], ['out']]];
    expect((await featureOf(biased)).dim).toBe(48);
    for (const [name, dim] of Object.entries({ 'head.fc.weight': 48, 'visual.head.proj.weight': 5 })) {
      expect((await featureOf([ROWS, ['MatMul', ['rows', name], ['out']]])).dim, name).toBe(dim);
      const turned: TestNode[] = [ROWS, ['Transpose', [name], ['t1']], ['Transpose', ['t1'], ['t2']]];
      expect((await featureOf([...turned, ['MatMul', ['rows', 't2'], ['out']]])).dim, name).toBe(dim);
    }
  });

  it('the output where it is of length one', async () => {
    const found = await featureOf([
      ROWS,
      ['Gemm', ['rows', 'w', 'b'], ['x']],
      ['ReduceL2', ['x'], ['length'], { axes: { ints: [1] } }],
      ['Div', ['x', 'length'], ['out']],
    ]);
    expect(found).toEqual({ feature: "its output 'out'", dim: 5 });
  });

  it('the output where it is a sum of two, and what the first is made of where it is the mean of two classifiers', async () => {
    const two: TestNode[] = [
      ROWS,
      ['Neg', ['rows'], ['others']],
      ['Gemm', ['rows', 'w', 'b'], ['x']],
      ['Gemm', ['others', 'w2', 'b'], ['y']],
    ];
    expect(await featureOf([...two, ['Add', ['x', 'y'], ['out']]])).toEqual({ feature: "its output 'out'", dim: 5 });
    const mean: TestNode[] = [
      ['Add', ['x', 'y'], ['sum']],
      ['Mul', ['sum', 'half'], ['out']],
    ];
    expect(await featureOf([...two, ...mean])).toEqual({
      feature: "what its last layer, 'the_gemm', is given: 'rows'",
      dim: 48,
    });
  });

  it('the first token where one comes before those of patches; a list of anything else is refused', async () => {
    const tokens = (shape: string): TestNode[] => [['Reshape', ['images', shape], ['out']]];
    const { feature } = await featureOf(tokens('few'));
    expect(feature).toBe("the first of its 2 tokens, that of the class of its output 'out'");
    await expect(featureOf(tokens('boxes'), 40)).rejects.toThrow(
      'feature: expected tokens of the patches of a picture of 40 × 40 pixels, and one of the class before them, got 60 of 80 numbers.',
    );
    // Not 4 × 4 patches of 56 pixels, and registers: what finds 17 kinds of thing has as many rows.
    await expect(featureOf(tokens('kinds'), 224)).rejects.toThrow('got 21 of 7168 numbers.');
  });
});
