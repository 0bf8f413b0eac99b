import { floatTensor, intTensor } from './model-builder.js';
import { describeForms, type Forms, sines } from './operator-forms.js';

const FORMS: Forms = {
  Squeeze: [
    [
      11,
      [
        ['ReduceMean', ['x'], ['m'], { axes: { ints: [2] } }],
        ['Squeeze', ['m'], ['y'], { axes: { ints: [2] } }],
      ],
    ],
    [
      13,
      [
        ['ReduceMean', ['x'], ['m'], { axes: { ints: [-2] } }],
        ['Squeeze', ['m', 'a'], ['y']],
      ],
      { a: intTensor([2]) },
    ],
  ],
  Unsqueeze: [
    [11, [['Unsqueeze', ['x'], ['y'], { axes: { ints: [1, 5] } }]]],
    [13, [['Unsqueeze', ['x', 'a'], ['y']]], { a: intTensor([-1, 2]) }],
  ],
  ReduceMean: [
    [11, [['ReduceMean', ['x'], ['y'], { axes: { ints: [-1] }, keepdims: { int: 0 } }]]],
    [18, [['ReduceMean', ['x', 'a'], ['y']]], { a: intTensor([2, 3]) }],
  ],
  ReduceSum: [
    [11, [['ReduceSum', ['x'], ['y'], { axes: { ints: [1] } }]]],
    [13, [['ReduceSum', ['x', 'a'], ['y'], { keepdims: { int: 0 } }]], { a: intTensor([1]) }],
    [13, [['ReduceSum', ['x'], ['y'], { noop_with_empty_axes: { int: 1 } }]]],
  ],
  ReduceMax: [[11, [['ReduceMax', ['x'], ['y'], { axes: { ints: [2, 3] } }]]]],
  ReduceL2: [[18, [['ReduceL2', ['x', 'a'], ['y']]], { a: intTensor([1]) }]],
  Clip: [
    [7, [['Clip', ['x'], ['y'], { min: { float: -0.5 }, max: { float: 0.7 } }]]],
    [11, [['Clip', ['x', 'low', 'high'], ['y']]], { low: floatTensor([-0.5], []), high: floatTensor([0.7], []) }],
    [13, [['Clip', ['x', '', 'high'], ['y']]], { high: floatTensor([0.7], []) }],
    [13, [['Clip', ['x', 'low'], ['y']]], { low: floatTensor([0], []) }],
  ],
  Slice: [
    [
      9,
      [['Slice', ['x'], ['y'], { starts: { ints: [1, -3] }, ends: { ints: [3, 2147483647] }, axes: { ints: [1, 3] } }]],
    ],
    [
      13,
      [['Slice', ['x', 's', 'e', 'a', 't'], ['y']]],
      { s: intTensor([0, -1]), e: intTensor([2 ** 53, -5]), a: intTensor([-2, 3]), t: intTensor([2, -1]) },
    ],
  ],
  Pad: [
    [7, [['Pad', ['x'], ['y'], { pads: { ints: [0, 0, 1, 0, 0, 0, 0, 2] }, value: { float: 0.5 } }]]],
    [11, [['Pad', ['x', 'p', 'v'], ['y']]], { p: intTensor([0, 0, 1, 0, 0, 0, 0, 2]), v: floatTensor([-1], []) }],
    [
      18,
      [['Pad', ['x', 'p', '', 'a'], ['y'], { mode: { string: 'reflect' } }]],
      { p: intTensor([1, 2]), a: intTensor([-1]) },
    ],
  ],
  Split: [
    [11, [['Split', ['x'], ['y', 'z'], { axis: { int: 1 }, split: { ints: [1, 2] } }]]],
    [13, [['Split', ['x', 's'], ['z', 'y'], { axis: { int: -1 } }]], { s: intTensor([1, 3]) }],
    [18, [['Split', ['x'], ['z', 'y'], { axis: { int: 1 }, num_outputs: { int: 2 } }]]],
  ],
  Dropout: [
    [7, [['Dropout', ['x'], ['y'], { ratio: { float: 0.5 } }]]],
    [
      13,
      [['Dropout', ['x', 'r', 't'], ['y']]],
      { r: floatTensor([0.5], []), t: { shape: [], data: Uint8Array.of(0) } },
    ],
  ],
  Upsample: [[9, [['Upsample', ['x', 's'], ['y'], { mode: { string: 'nearest' } }]], { s: floatTensor([1, 1, 2, 2]) }]],
  Resize: [
    [10, [['Resize', ['x', 's'], ['y'], { mode: { string: 'linear' } }]], { s: floatTensor([1, 1, 2, 1.5]) }],
    [
      18,
      [
        [
          'Resize',
          ['x', '', '', 's'],
          ['y'],
          {
            axes: { ints: [3, 2] },
            mode: { string: 'linear' },
            coordinate_transformation_mode: { string: 'align_corners' },
          },
        ],
      ],
      { s: intTensor([7, 5]) },
    ],
    [18, [['Resize', ['x', '', 's'], ['y'], { axes: { ints: [2, 3] } }]], { s: floatTensor([2, 0.5]) }],
    [17, [['Resize', ['x', '', 's'], ['y'], { mode: { string: 'cubic' } }]], { s: floatTensor([1, 1, 1.75, 0.5]) }],
    [
      17,
      [['Resize', ['x', '', 's'], ['y'], { mode: { string: 'cubic' }, cubic_coeff_a: { float: -0.5 } }]],
      { s: floatTensor([1, 1, 3, 1.25]) },
    ],
  ],
  Softmax: [
    [11, [['Softmax', ['x'], ['y'], { axis: { int: 1 } }]]],
    [11, [['Softmax', ['x'], ['y'], { axis: { int: -1 } }]]],
    [13, [['Softmax', ['x'], ['y'], { axis: { int: 1 } }]]],
  ],
  Gemm: [
    [
      7,
      [
        ['Flatten', ['x'], ['rows']],
        ['Gemm', ['rows', 'w', 'b'], ['y'], { alpha: { float: 0.5 }, beta: { float: 2 }, transB: { int: 1 } }],
      ],
      { w: floatTensor(sines(96), [2, 48]), b: floatTensor([1, 2]) },
    ],
  ],
  MatMul: [[13, [['MatMul', ['x', 'w'], ['y']]], { w: floatTensor(sines(8), [4, 2]) }]],
  Sum: [[8, [['Sum', ['x', 'x', 'x'], ['y']]]]],
  Max: [[8, [['Max', ['x', 'c'], ['y']]], { c: floatTensor([0.2], [1]) }]],
  Mean: [
    [
      8,
      [
        ['Neg', ['x'], ['n']],
        ['Exp', ['x'], ['e']],
        ['Mean', ['n', 'e'], ['y']],
      ],
    ],
  ],
  Cast: [
    [
      13,
      [
        ['Greater', ['x', 'c'], ['g']],
        ['Cast', ['g'], ['y'], { to: { int: 1 } }],
      ],
      { c: floatTensor([0.2], [1]) },
    ],
    [
      13,
      [
        ['Cast', ['x'], ['d'], { to: { int: 11 } }],
        ['Cast', ['d'], ['y'], { to: { int: 1 } }],
      ],
    ],
  ],
  Where: [
    [
      9,
      [['Where', ['c', 'x', 'z'], ['y']]],
      { c: { shape: [4], data: Uint8Array.of(1, 0, 0, 1) }, z: floatTensor([2], []) },
    ],
  ],
  Gather: [[13, [['Gather', ['x', 'i'], ['y'], { axis: { int: -1 } }]], { i: intTensor([-1, 0], [2]) }]],
  Expand: [
    [
      8,
      [
        ['Unsqueeze', ['x'], ['u'], { axes: { ints: [2] } }],
        ['Expand', ['u', 's'], ['y']],
      ],
      { s: intTensor([5, 1, 1]) },
    ],
  ],
  Einsum: [
    [
      12,
      [['Einsum', ['x', 'w'], ['y'], { equation: { string: 'bchw,wo->bcho' } }]],
      { w: floatTensor(sines(8), [4, 2]) },
    ],
  ],
  LayerNormalization: [
    [
      17,
      [['LayerNormalization', ['x', 'g', 'b'], ['y'], { axis: { int: -1 } }]],
      { g: floatTensor(sines(4)), b: floatTensor(sines(4)) },
    ],
  ],
  IsNaN: [
    [
      13,
      [
        ['Sqrt', ['x'], ['s']],
        ['IsNaN', ['s'], ['n']],
        ['Where', ['n', 'x', 's'], ['y']],
      ],
    ],
  ],
  PRelu: [[9, [['PRelu', ['x', 's'], ['y']]], { s: floatTensor(sines(3), [3, 1, 1]) }]],
  HardSwish: [[14, [['HardSwish', ['x'], ['y']]]]],
  Gelu: [[20, [['Gelu', ['x'], ['y'], { approximate: { string: 'tanh' } }]]]],
  Col2Im: [
    [2, 2],
    [1, 4],
    [4, 1],
  ].map((block) => [
    18,
    [
      ['Reshape', ['x', 's'], ['r']],
      ['Col2Im', ['r', 'maps', 'block'], ['y'], { strides: { ints: block } }],
    ],
    { s: intTensor([0, 12, 4]), maps: intTensor([4, 4]), block: intTensor(block) },
  ]),
  GatherND: [
    [
      12,
      [
        ['GatherND', ['w', 'i'], ['g']],
        ['ReduceSum', ['g'], ['s'], { axes: { ints: [1] }, keepdims: { int: 0 } }],
        ['MatMul', ['x', 's'], ['y']],
      ],
      {
        w: floatTensor(sines(12), [2, 3, 2]),
        i: { shape: [4, 2, 2], data: BigInt64Array.from([0, 2, 1, -1, -2, 0, 1, 1, 0, 1, 0, 0, 1, 2, 1, 0], BigInt) },
      },
    ],
  ],
};

describeForms(FORMS);
