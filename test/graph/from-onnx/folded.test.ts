/** @file What depends on shapes and constants alone: masks of several slices, and branches. */
import { describe, it } from 'vitest';
import { intTensor, testModel } from './model-builder.js';
import { expectSame } from './same-as-runtime.js';

const OPSET = 17;

describe('what depends on shapes and constants alone', () => {
  it('may be several slices that come again for each picture, as masks of shifted windows do', async () => {
    const model = testModel({
      opset: OPSET,
      nodes: [
        ['Shape', ['images'], ['shape']],
        ['Gather', ['shape', 'first'], ['batch']],
        ['Concat', ['batch', 'one'], ['times'], { axis: { int: 0 } }],
        ['Cast', ['levels'], ['mask'], { to: { int: 1 } }],
        ['Tile', ['mask', 'times'], ['masks']],
        ['Reshape', ['images', 'windows'], ['inWindows']],
        ['Add', ['inWindows', 'masks'], ['masked']],
        ['Reshape', ['masked', 'perPicture'], ['features']],
      ],
      tensors: {
        ...{
          first: intTensor([0]),
          one: intTensor([1]),
          windows: intTensor([-1, 16]),
          perPicture: intTensor([-1, 48]),
        },
        levels: intTensor(
          Array.from({ length: 48 }, (_, i) => (i * i) % 7),
          [3, 16],
        ),
      },
    });
    await expectSame(model);
  });

  it('may be what a branch gives, and what is computed of that', async () => {
    const branch = (operator: string) => ({
      graph: { nodes: [[operator, ['size'], ['inside']] as const], outputs: { inside: { shape: [1] } } },
    });
    const model = testModel({
      opset: OPSET,
      nodes: [
        ['Shape', ['images'], ['shape']],
        ['Gather', ['shape', 'last'], ['side']],
        ['Cast', ['side'], ['size'], { to: { int: 1 } }],
        ['Equal', ['side', 'four'], ['isFour']],
        ['If', ['isFour'], ['ofBranch'], { then_branch: branch('Cos'), else_branch: branch('Neg') }],
        ['Identity', ['ofBranch'], ['same']],
        ['Sin', ['same'], ['shift']],
        ['Flatten', ['images'], ['rows']],
        ['Add', ['rows', 'shift'], ['features']],
      ],
      tensors: { last: intTensor([3]), four: intTensor([4]) },
    });
    await expectSame(model);
  });
});
