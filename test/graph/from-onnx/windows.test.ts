import { floatTensor, intTensor, type TestTensor } from './model-builder.js';
import { describeForms, type Forms, sines } from './operator-forms.js';

const FORMS: Forms = {
  BatchNormalization: [
    [7, [['BatchNormalization', ['x', 'g', 'b', 'm', 'v'], ['y'], { epsilon: { float: 0.1 } }]], BATCH_NORM()],
    [15, [['BatchNormalization', ['x', 'g', 'b', 'm', 'v'], ['y']]], BATCH_NORM()],
    [
      15,
      [
        ['Reshape', ['x', 's'], ['r']],
        ['BatchNormalization', ['r', 'g', 'b', 'm', 'v'], ['y']],
      ],
      { ...BATCH_NORM(), s: intTensor([0, 3, -1]) },
    ],
  ],
  Conv: [
    [11, [['Conv', ['x', 'w', 'b'], ['y'], { auto_pad: { string: 'SAME_UPPER' }, strides: { ints: [2, 2] } }]], CONV()],
    [11, [['Conv', ['x', 'w', 'b'], ['y'], { auto_pad: { string: 'SAME_LOWER' }, strides: { ints: [3, 1] } }]], CONV()],
    [11, [['Conv', ['x', 'w'], ['y'], { auto_pad: { string: 'VALID' } }]], CONV()],
    [11, [['Conv', ['x', 'w', 'b'], ['y'], { pads: { ints: [1, 0, 2, 1] }, dilations: { ints: [2, 1] } }]], CONV()],
  ],
  'Conv of what was padded before': [
    { around: [0, 0, 1, 0, 0, 0, 2, 1], value: 0 },
    { around: [0, 0, 1, 0, 0, 0, 2, 1], value: 0.5 },
    { around: [0, 0, 1, 0, 0, 0, -1, 1], value: 0 },
    { around: [0, 1, 1, 1, 0, -1, 1, 1], value: 0 },
    { around: [0, 0, 1, 1, 0, 0, 1, 1], value: 0, mode: 'reflect' },
  ].map(({ around, value, mode = 'constant' }) => [
    13,
    [
      ['Pad', ['x', 'around', 'value'], ['p'], { mode: { string: mode } }],
      ['Conv', ['p', 'w', 'b'], ['y'], { pads: { ints: [0, 1, 1, 0] }, strides: { ints: [2, 1] } }],
    ],
    { ...CONV(), around: intTensor(around), value: floatTensor([value], []) },
  ]),
  'Conv along a line': [
    [
      13,
      [
        ['Reshape', ['x', 'line'], ['l']],
        ['Conv', ['l', 'w'], ['y'], { pads: { ints: [2, 1] }, strides: { ints: [2] }, dilations: { ints: [2] } }],
      ],
      { line: intTensor([0, 3, -1]), w: floatTensor(sines(18), [2, 3, 3]) },
    ],
  ],
  MaxPool: [
    [8, [['MaxPool', ['x'], ['y'], { kernel_shape: { ints: [2, 2] }, auto_pad: { string: 'SAME_UPPER' } }]]],
    [
      12,
      [['MaxPool', ['x'], ['y'], { kernel_shape: { ints: [3, 3] }, strides: { ints: [2, 2] }, ceil_mode: { int: 1 } }]],
    ],
  ],
  AveragePool: [
    [7, [['AveragePool', ['x'], ['y'], { kernel_shape: { ints: [3, 3] }, pads: { ints: [1, 1, 1, 1] } }]]],
    [
      11,
      [
        [
          'AveragePool',
          ['x'],
          ['y'],
          { kernel_shape: { ints: [3, 3] }, pads: { ints: [1, 1, 1, 1] }, count_include_pad: { int: 1 } },
        ],
      ],
    ],
    [11, [['AveragePool', ['x'], ['y'], { kernel_shape: { ints: [2, 2] }, auto_pad: { string: 'SAME_UPPER' } }]]],
  ],
  'AveragePool along a line': [
    [
      11,
      [
        ['Reshape', ['x', 'line'], ['l']],
        ['AveragePool', ['l'], ['y'], { kernel_shape: { ints: [4] }, strides: { ints: [3] }, pads: { ints: [1, 2] } }],
      ],
      { line: intTensor([0, 3, -1]) },
    ],
  ],
  GlobalMaxPool: [[7, [['GlobalMaxPool', ['x'], ['y']]]]],
  LRN: [
    [7, [['LRN', ['x'], ['y'], { size: { int: 5 }, alpha: { float: 0.7 } }]]],
    [
      13,
      [['LRN', ['x'], ['y'], { size: { int: 3 }, alpha: { float: 2 }, beta: { float: 0.6 }, bias: { float: 1.5 } }]],
    ],
  ],
  MeanVarianceNormalization: [[13, [['MeanVarianceNormalization', ['x'], ['y'], { axes: { ints: [2, -1] } }]]]],
  LpPool: [
    [
      11,
      [
        [
          'LpPool',
          ['x'],
          ['y'],
          { kernel_shape: { ints: [3, 3] }, pads: { ints: [1, 1, 1, 1] }, strides: { ints: [2, 2] } },
        ],
      ],
    ],
    [11, [['LpPool', ['x'], ['y'], { kernel_shape: { ints: [2, 3] }, p: { int: 3 } }]]],
    [
      2,
      [['LpPool', ['x'], ['y'], { kernel_shape: { ints: [2, 2] }, p: { int: 1 }, auto_pad: { string: 'SAME_UPPER' } }]],
    ],
  ],
  GlobalLpPool: [[2, [['GlobalLpPool', ['x'], ['y'], { p: { int: 3 } }]]]],
};

function BATCH_NORM(): Record<string, TestTensor> {
  return {
    g: floatTensor([1, 2, 3]),
    b: floatTensor([0.1, 0.2, 0.3]),
    m: floatTensor([0.5, -0.5, 0]),
    v: floatTensor([1, 2, 0.5]),
  };
}

function CONV(): Record<string, TestTensor> {
  return { w: floatTensor(sines(72), [2, 3, 3, 4]), b: floatTensor([0.5, -0.5]) };
}

describeForms(FORMS);
