import { describe, expect, it } from 'vitest';
import { KIND_NAMES } from '#src/data/synthetic/kinds.js';
import { constant } from './constants.ts';
import { flat, read } from './read.ts';

const WORDS = [
  'none',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];
WORDS[15] = 'fifteen';
const word = (x: number): string => WORDS[x]!;
/** 1,000 as in prose. */
const figure = (x: number): string => x.toLocaleString('en-US');
const million = (x: number): string => `${x / 1e6} million`;
const MB = (x: number): string => `${x / 1e6} MB`;
const KiB = (x: number): string => `${x / 2 ** 10} KiB`;
const MiB = (x: number): string => `${x / 2 ** 20} MiB`;
const seconds = (ms: number): string => String(ms / 1000);
const PARTS: Readonly<Record<string, string>> = {
  '0.001': 'a thousandth',
  '0.01': 'a hundredth',
  '0.05': 'a twentieth',
  '0.1': 'a tenth',
  '0.2': 'a fifth',
  '0.25': 'a quarter',
  [String(1 / 3)]: 'a third',
};
const part = (x: number): string => PARTS[String(x)]!;

/** A document, a constant, and how the document says it. */
const FIGURES: readonly (readonly [document: string, key: string, phrase: (x: number) => string])[] = [
  ['README.md', 'APPROXIMATE_FROM', (x) => `Below ${figure(x)} indexed pictures every search is exact`],
  ['README.md', 'MAX_PIXELS', (x) => `pictures above ${million(x)} pixels`],
  ['README.md', 'MAX_ASPECT', (x) => `of a picture longer than ${x}:1 the middle`],
  ['README.md', 'DEFAULT_PORT', (x) => `http://127.0.0.1:${x}/api/search`],

  ['ARCHITECTURE.md', 'APPROXIMATE_FROM', (x) => `From ${figure(x)} pictures on LanceDB`],
  ['ARCHITECTURE.md', 'MAX_ASPECT', (x) => `sides at most ${x}:1`],
  ['ARCHITECTURE.md', 'loader.ts:ahead', (x) => `up to ${word(x)} batches ahead`],
  ['ARCHITECTURE.md', 'fixed-queries.ts:NUM_QUERIES', (x) => `what ${word(x)} fixed pictures find`],

  ['docs/settings.md', 'GUESSING_EPOCHS', (x) => `for ${word(x)} epochs after the warm-up`],
  ['docs/settings.md', 'fixed-queries.ts:NUM_QUERIES', (x) => `what ${word(x)} fixed pictures find`],

  ['docs/method.md', 'Z_MOMENTUM', (x) => `moves ${part(Number((1 - x).toFixed(6)))} of the way each step`],

  ['docs/pictures.md', 'number-range.ts:FILLED', (x) => `lies above ${part(x)}`],
  ['docs/pictures.md', 'number-range.ts:FILLED', (x) => `16 bits without a sign, ${part(x)} of the range filled`],
  ['docs/pictures.md', 'number-range.ts:CUT', (x) => `leave out ${part(x)} of the numbers at each end`],
  ['docs/pictures.md', 'NO_MEASUREMENT', (x) => `±10${x === 1e37 ? '³⁷' : '?'} and beyond`],
  ['docs/pictures.md', 'ENOUGH', (x) => `less than ${part(x)} of the contrast`],

  ['docs/index.md', 'APPROXIMATE_FROM', (x) => `Below ${figure(x)} pictures every search is exact`],
  ['docs/index.md', 'APPROXIMATE_FROM', (x) => `Above ${figure(x)} pictures a single \`search\` checks`],
  ['docs/index.md', 'PROBES', (x) => `the ${x} nearest are looked at`],
  ['docs/index.md', 'REFINE', (x) => `the best ${x} candidates`],
  ['docs/index.md', 'WRITE_EVERY_MS', (x) => `Results are written every ${word(x / 1000)} seconds`],

  [
    'docs/service.md',
    'listen.ts:maxBytes',
    (x) => `| a body | ${MiB(x)}, as JSON ${MiB(constant('MAX_JSON_BYTES'))} |`,
  ],
  ['docs/service.md', 'MAX_UPLOAD_PIXELS', (x) => `${million(x)} pixels, and`],
  ['docs/service.md', 'MAX_UPLOAD_BYTES', (x) => `${MB(x)} while it is decoded`],
  ['docs/service.md', 'LIGHT_BYTES', (x) => `take more than ${MB(x)} one`],
  ['docs/service.md', 'MAX_LARGE_WAITING', (x) => `with ${x} more waiting`],
  ['docs/service.md', 'listen.ts:open', (x) => `| ${x}, with ${constant('listen.ts:waiting')} more waiting`],
  [
    'docs/service.md',
    'rate.ts:perSecond',
    (x) => `${figure(x)} a second, ${figure(constant('rate.ts:burst'))} at once`,
  ],
  ['docs/service.md', 'MAX_STREAMS', (x) => `| streams of events | ${x} |`],
  ['docs/service.md', 'MAX_URL', (x) => `| ${KiB(x)}, ${KiB(constant('listen.ts:MAX_HEADER_BYTES'))} |`],
  ['docs/service.md', 'listen.ts:headersMs', (x) => `| sending headers | ${seconds(x)} s |`],
  ['docs/service.md', 'listen.ts:requestMs', (x) => `within ${seconds(x)} s, or at least`],
  ['docs/service.md', 'MIN_BYTES_PER_SECOND', (x) => `at least ${KiB(x)} a second`],
  ['docs/service.md', 'MIN_BYTES_PER_SECOND', (x) => `a second for each ${KiB(x)}`],
  [
    'docs/service.md',
    'intake.ts:maxBodies',
    (x) => `| bodies at once | ${x}, and ${MiB(constant('intake.ts:budget'))}`,
  ],
  ['docs/service.md', 'MAX_CONNECTIONS', (x) => `| connections | ${x};`],
  ['docs/service.md', 'READER_PATIENCE_MS', (x) => `| ${seconds(x)} s and a second for each`],
  ['docs/service.md', 'MAX_UNTAKEN_BYTES', (x) => `at most ${MB(x)} of them may wait`],
  ['docs/service.md', 'HEAVY_MS', (x) => `at a picture for ${seconds(x)} seconds`],
  ['docs/service.md', 'CLOSING_MS', (x) => `up to ${word(x / 1000)} seconds`],
  ['docs/service.md', 'DUPLICATE_FLOOR', (x) => `at a threshold of ${x} or more`],
  ['docs/service.md', 'LEEWAY', (x) => `down to ${x} below`],
  ['docs/service.md', 'export-site.ts:NUM_NEIGHBOURS', (x) => `${x} neighbours of each picture`],
  ['docs/service.md', 'THUMBNAIL_SIZE', (x) => `thumbnails of ${x} pixels`],

  ['docs/evaluation.md', 'UNEVEN_FROM', (x) => `more than ${x} times the smallest`],
  ['docs/evaluation.md', 'VALIDATION_SHARE', (x) => `best accuracy on ${part(x)} of each class`],
  [
    'docs/evaluation.md',
    'linear-trainer.ts:TOLERANCE',
    (x) => `until the gradient is ${x.toExponential()} of that at zero`,
  ],
  ['docs/evaluation.md', 'stages.ts:MAX_DIM', (x) => `at most ${x} numbers a picture`],
  ['docs/evaluation.md', 'NUM_SHOWN', (x) => `each with its ${word(x)} nearest`],
  ['docs/evaluation.md', 'unlabelled.ts:SAMPLE', (x) => `takes ${figure(x)} random pictures`],
  ['docs/evaluation.md', 'unlabelled.ts:NUM_NEIGHBOURS', (x) => `a picture's ${x} nearest others`],
  ['docs/evaluation.md', 'FINE_TUNE_STEPS', (x) => `the same steps: ${x} of ${constant('FINE_TUNE_BATCH')} pictures`],
  ['docs/evaluation.md', 'FINE_TUNE_LR', (x) => `The learning rate begins at ${x} (\`--lr\`)`],
  ['docs/evaluation.md', 'FINE_TUNE_LR', (x) => `The learning rate is at most ${x} unless`],
  ['docs/evaluation.md', 'observe.ts:HELD_OUT', (x) => `${part(x)} of each class that \`observe\` sets aside`],

  ['docs/reproduce.md', 'experiment-pictures.ts:HELD_OUT', (x) => `of which ${part(x)} of each class is held out`],
  ['docs/reproduce.md', 'WANTED_EPOCHS', (x) => `as many as can be seen ${x} times`],
  ['docs/reproduce.md', 'spec-settings.ts:LARGE', (x) => `a short side of ${x} pixels or more`],
  ['docs/reproduce.md', 'TEST_SHARE', (x) => `costs less than ${part(x)} of a run's time`],
  ['docs/reproduce.md', 'LEAST_TEST', (x) => `else as many as that, but ${figure(x)}`],
  [
    'docs/reproduce.md',
    'PLANNED_SHARE',
    (x) => `${word(x * 10)[0]!.toUpperCase()}${word(x * 10).slice(1)} tenths of the budget`,
  ],

  ['docs/versions.md', 'OPSET', (x) => `ONNX opset ${x},`],

  [
    'bench/README.md',
    'knn.ts:NUM_QUERIES',
    (x) => `| knn | ${figure(x)} queries against ${figure(constant('knn.ts:NUM_ROWS'))}`,
  ],
  ['bench/README.md', 'knn.ts:DIM', (x) => `× ${x} unit rows, ${constant('knn.ts:K')} neighbours each`],
  ['bench/README.md', 'steps.ts:NUM_IMAGES', (x) => `a bank of ${figure(x)} × 128`],
  ['bench/README.md', 'memory-child.ts:NUM_STEPS', (x) => `runs ${word(x)} steps`],
  ['bench/README.md', 'speed.ts:side', (x) => `a ${x} × ${x} matrix product`],
];

describe('a figure in the documents', () => {
  it.each(FIGURES)('is that of the code: %s, %s', (document, key, phrase) => {
    expect(flat(document)).toContain(phrase(constant(key)));
  });

  it('counts the kinds of picture that the demo draws', () => {
    expect(flat('README.md')).toContain(`pictures of ${word(KIND_NAMES.length)} kinds of thing`);
    expect(flat('README.md')).toContain(`the 20 nearest, ${KIND_NAMES.length} kinds`);
  });

  it('of a version is the same wherever the version is written', () => {
    const { version } = JSON.parse(read('package.json')) as { readonly version: string };
    expect(JSON.parse(read('web/package.json'))).toMatchObject({ version });
    expect(read('CITATION.cff')).toContain(`\nversion: ${version}\n`);
  });

  it('says of Node what package.json says', () => {
    const { engines } = JSON.parse(read('package.json')) as { readonly engines: { readonly node: string } };
    const [, old, current] = /^\^(\d+\.\d+) \|\| >=(\d+\.\d+)$/.exec(engines.node)!;
    expect(flat('README.md')).toContain(`Node ${old} or newer, or ${current} or newer`);
    expect(flat('CONTRIBUTING.md')).toContain(`Node ≥ ${old} or ≥ ${current}`);
  });
});
