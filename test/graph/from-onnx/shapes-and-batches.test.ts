import { describe, expect, it } from 'vitest';
import { OperatorError } from '#src/core/errors.js';
import { floatTensor, intTensor, type TestNode, testModel } from './model-builder.js';
import { expectSame, read } from './same-as-runtime.js';

const OPSET = 17;
const weights = floatTensor(
  Array.from({ length: 48 * 5 }, (_, i) => Math.sin(i)),
  [48, 5],
);

describe('what depends on shapes and constants alone', () => {
  it('is computed by the runtime, whatever it is made of, and follows the batch', async () => {
    const model = testModel({
      opset: OPSET,
      nodes: [
        ['Shape', ['images'], ['shape']],
        ['Gather', ['shape', 'zero'], ['batch'], { axis: { int: 0 } }],
        ['Unsqueeze', ['batch', 'axis0'], ['batch1']],
        // 48 by way of a product, a remainder and a cumulative sum.
        ['Gather', ['shape', 'last3'], ['extents'], { axis: { int: 0 } }],
        ['ReduceProd', ['extents'], ['size'], { keepdims: { int: 1 } }],
        ['CumSum', ['size', 'zero'], ['summed']],
        ['Mod', ['summed', 'large'], ['row']],
        ['Concat', ['batch1', 'row'], ['target'], { axis: { int: 0 } }],
        ['Reshape', ['images', 'target'], ['rows']],
        // A table of sines, for a grid that follows from the size.
        ['Cast', ['row'], ['rowFloat'], { to: { int: 1 } }],
        ['Range', ['start', 'stop', 'delta'], ['places']],
        ['Sin', ['places'], ['sines']],
        ['Div', ['sines', 'rowFloat'], ['small']],
        ['Add', ['rows', 'small'], ['moved']],
        ['MatMul', ['moved', 'weights'], ['features']],
      ],
      tensors: {
        weights,
        zero: intTensor([0], []),
        axis0: intTensor([0]),
        last3: intTensor([1, 2, 3]),
        large: intTensor([1000]),
        start: floatTensor([0], []),
        stop: floatTensor([48], []),
        delta: floatTensor([1], []),
      },
    });
    const network = await expectSame(model);
    expect([...network.parameters.keys()]).toEqual(['weights']);
  });

  it('may be a tensor that is repeated for each picture, held once', async () => {
    const model = testModel({
      opset: OPSET,
      nodes: [
        ['Flatten', ['images'], ['rows']],
        ['Shape', ['rows'], ['shape']],
        ['ConstantOfShape', ['shape'], ['halves'], { value: { tensor: floatTensor([0.5]) } }],
        ['Mul', ['rows', 'halves'], ['features']],
      ],
    });
    expect((await expectSame(model)).parameters.size).toBe(0);
  });

  it('may be numbers of all elements, by which a view of the whole is taken', async () => {
    const model = testModel({
      opset: OPSET,
      nodes: [
        ['Shape', ['images'], ['shape']],
        ['Gather', ['shape', 'zero'], ['batch']],
        ['Range', ['zero', 'batch', 'one'], ['pictures']],
        ['Mul', ['pictures', 'size'], ['firsts']],
        ['Unsqueeze', ['firsts', 'axis'], ['column']],
        ['Range', ['zero', 'size', 'one'], ['pixels']],
        ['Add', ['column', 'pixels'], ['all']],
        ['Reshape', ['images', 'flat'], ['numbers']],
        ['Gather', ['numbers', 'all'], ['features']],
      ],
      tensors: {
        zero: intTensor([0], []),
        one: intTensor([1], []),
        size: intTensor([48], []),
        axis: intTensor([1]),
        flat: intTensor([-1]),
      },
    });
    expect((await expectSame(model)).dim).toBe(48);
  });

  it('decides which branch of an If is taken', async () => {
    const branch = (
      operator: string,
    ): { graph: { nodes: TestNode[]; outputs: Record<string, { shape: string[] }> } } => ({
      graph: {
        nodes: [[operator, ['rows'], [`by${operator}`]]],
        outputs: { [`by${operator}`]: { shape: ['b', 'd'] } },
      },
    });
    const model = testModel({
      opset: OPSET,
      nodes: [
        ['Flatten', ['images'], ['rows']],
        ['Shape', ['rows'], ['shape']],
        ['Gather', ['shape', 'one'], ['row']],
        ['Equal', ['row', 'expected'], ['isEqual']],
        ['If', ['isEqual'], ['features'], { then_branch: branch('Exp'), else_branch: branch('Neg') }],
      ],
      tensors: { one: intTensor([1], []), expected: intTensor([48], []) },
    });
    await expectSame(model);
  });

  it('may be what a parameter becomes by operators that are not known here: the result is then the parameter', async () => {
    const model = testModel({
      opset: OPSET,
      nodes: [
        ['CumSum', ['weights', 'axis'], ['summed']],
        ['Flatten', ['images'], ['rows']],
        ['MatMul', ['rows', 'summed'], ['features']],
      ],
      tensors: { weights, axis: intTensor([0], []) },
    });
    expect([...(await expectSame(model)).parameters.keys()]).toEqual(['summed']);
  });

  it('may be a table of positions that is stretched by a Resize that is not known here', async () => {
    const model = testModel({
      opset: OPSET,
      nodes: [
        [
          'Resize',
          ['table', '', '', 'sizes'],
          ['stretched'],
          { mode: { string: 'cubic' }, exclude_outside: { int: 1 } },
        ],
        ['Add', ['images', 'stretched'], ['moved']],
        ['Flatten', ['moved'], ['features']],
      ],
      tensors: { table: floatTensor([1, 2, 3, 5, 8, 13, 21, 34, 55], [1, 1, 3, 3]), sizes: intTensor([1, 1, 4, 4]) },
    });
    expect([...(await expectSame(model)).parameters.keys()]).toEqual(['stretched']);
  });

  it('is not what a picture decides: such a loop, or a branch, is refused', async () => {
    const byPictures = testModel({
      opset: OPSET,
      nodes: [
        ['Flatten', ['images'], ['rows']],
        ['ReduceMax', ['rows'], ['most'], { keepdims: { int: 0 } }],
        ['Greater', ['most', 'zero'], ['isAbove']],
        [
          'If',
          ['isAbove'],
          ['features'],
          Object.fromEntries(
            ['then_branch', 'else_branch'].map((name) => [
              name,
              { graph: { nodes: [['Neg', ['rows'], [name]] as TestNode], outputs: { [name]: { shape: ['b', 'd'] } } } },
            ]),
          ),
        ],
      ],
      tensors: { zero: floatTensor([0], []) },
    });
    await expect(read(byPictures)).rejects.toThrow(OperatorError);
    await expect(read(byPictures)).rejects.toThrow(
      "node 'the_if': If (ai.onnx, opset 17) cannot be read: what it does depends on the pictures.",
    );
  });
});

describe('functions that a model brings along', () => {
  it('are read as what they are made of, with the attributes of the call', async () => {
    const model = testModel({
      opset: OPSET,
      functions: [
        {
          name: 'Leaky',
          inputs: ['x'],
          outputs: ['y'],
          attributes: ['slope'],
          nodes: [
            ['LeakyRelu', ['x'], ['inside'], { alpha: { string: '@slope' } }],
            ['Neg', ['inside'], ['y']],
          ],
        },
      ],
      nodes: [
        ['Flatten', ['images'], ['rows']],
        ['Leaky', ['rows'], ['once'], { slope: { float: 0.3 } }, 'test'],
        ['Leaky', ['once'], ['features'], { slope: { float: 0.6 } }, 'test'],
      ],
    });
    await expectSame(model);
  });
});

describe('a model for one picture at a time', () => {
  const one = { images: { shape: [1, 3, 4, 4] } };
  const outputs = { features: { shape: [1, 'dim'] } };
  const token = floatTensor([0.1, 0.2, 0.3, 0.4], [1, 1, 4]);

  it('is read for any number of them, where it states shapes and adds a token', async () => {
    const model = testModel({
      opset: OPSET,
      nodes: [
        ['Reshape', ['images', 'patches'], ['tokens']],
        ['Expand', ['token', 'each'], ['first']],
        ['Concat', ['first', 'tokens'], ['all'], { axis: { int: 1 } }],
        ['MatMul', ['all', 'qk'], ['mixed']],
        ['Reshape', ['mixed', 'heads'], ['apart']],
        ['Transpose', ['apart'], ['byHead'], { perm: { ints: [2, 0, 1, 3] } }],
        ['Softmax', ['byHead'], ['soft'], { axis: { int: 2 } }],
        ['Transpose', ['soft'], ['back'], { perm: { ints: [1, 2, 0, 3] } }],
        ['Reshape', ['back', 'flat'], ['features']],
      ],
      tensors: {
        token,
        qk: floatTensor(
          Array.from({ length: 16 }, (_, i) => Math.cos(i)),
          [4, 4],
        ),
        patches: intTensor([1, -1, 4]),
        each: intTensor([1, 1, 4]),
        heads: intTensor([1, 13, 2, 2]),
        flat: intTensor([1, 52]),
      },
      inputs: one,
      outputs,
    });
    await expectSame(model, { oneByOne: true });
  });

  it('is refused where it joins the axis of the pictures with another, or is for eight', async () => {
    const joined = testModel({
      opset: OPSET,
      nodes: [
        ['Transpose', ['images'], ['coloursFirst'], { perm: { ints: [1, 0, 2, 3] } }],
        ['Reshape', ['coloursFirst', 'flat'], ['joined']],
        ['Reshape', ['joined', 'row'], ['features']],
      ],
      tensors: { flat: intTensor([6, 8]), row: intTensor([1, 48]) },
      inputs: one,
      outputs,
    });
    await expect(read(joined)).rejects.toThrow(
      'the model is made for one picture at a time, and joins its axis with others. Export it for any number.',
    );
    const eight = testModel({
      opset: OPSET,
      nodes: [['Flatten', ['images'], ['features']]],
      inputs: { images: { shape: [8, 3, 4, 4] } },
    });
    await expect(read(eight)).rejects.toThrow(
      "input 'images': expected a model for any number of pictures, or for one, got one for 8.",
    );
  });

  it('may take grey pictures, with their one colour first or last', async () => {
    for (const shape of [
      ['n', 1, 4, 4],
      ['n', 4, 4, 1],
    ]) {
      const model = testModel({
        opset: OPSET,
        nodes: [['Flatten', ['images'], ['features']]],
        inputs: { images: { shape } },
      });
      expect((await expectSame(model)).input).toMatchObject({ isGrey: true });
    }
  });

  it('may have its axes left open by −1, as Paddle writes it, or by 0', async () => {
    const model = (extent: number | string): Uint8Array =>
      testModel({
        opset: OPSET,
        nodes: [
          ['GlobalAveragePool', ['images'], ['pooled']],
          ['Flatten', ['pooled'], ['features']],
        ],
        inputs: { images: { shape: typeof extent === 'string' ? ['n', 3, 'h', 'w'] : [extent, 3, extent, extent] } },
      });
    for (const open of [-1, 0]) await expectSame(model(open), { height: 8, width: 8, expected: model('open') });
  });
});
