import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CANDIDATES } from '#src/evaluate/linear/linear-accuracy.js';
import { FRACTIONS } from '#src/experiments/semi-supervised/semi-supervised-options.js';
import { EXPERIMENTS } from '#src/experiments/studies/list.js';
import { ENCODER_NAMES } from '#src/nn/encoders/named-encoders.js';
import { createApp } from '#src/server/app.js';
import type { ServerContext } from '#src/server/context.js';
import { AllowedHosts } from '#src/server/hosts.js';
import { DEFAULT_RATE } from '#src/server/rate.js';
import { THUMBNAIL_SIZES } from '#src/server/thumbnails.js';
import { MADE, madeAnew } from './made.ts';
import { ROOT } from './markdown.ts';
import { flat, read } from './read.ts';

const figures = (numbers: readonly number[]): string => numbers.map((x) => x.toLocaleString('en-US')).join(', ');

describe('the table of experiments', () => {
  const rows = Array.from(read('docs/reproduce.md').matchAll(/^\| `([\w-]+)` \| (.*?) \|/gm));

  it('has every experiment, in the order of the program', () => {
    expect(rows.map(([, name]) => name)).toEqual(EXPERIMENTS.map(({ name }) => name));
  });

  it.each(['negatives', 'dim'] as const)('says what an experiment compares: %s', (setting) => {
    const compared = EXPERIMENTS.flatMap(({ name, runs }) => {
      const values = [...new Set(runs.map(({ settings }) => settings[setting]))].filter((x) => typeof x === 'number');
      return values.length > 1 ? [{ name, values: figures(values) }] : [];
    });
    expect(compared.length).toBeGreaterThan(0);
    for (const { name, values } of compared) expect(rows.find(([, row]) => row === name)![2]).toContain(values);
  });
});

describe('a list in the documents', () => {
  const percents = FRACTIONS.map((fraction) => String(Number((100 * fraction).toFixed(6))));

  it('is that of the code: parts of the labels', () => {
    const list = percents.join(', ');
    expect(flat('docs/evaluation.md')).toContain(`For ${list.replace(/, (\d+)$/, ' and $1')} % of the labels`);
    expect(flat('docs/reproduce.md')).toContain(`fine-tuned with ${list} % of the labels`);
  });

  it('is that of the code: values of C', () => {
    const [first, second] = CANDIDATES;
    expect(flat('docs/evaluation.md')).toContain(
      `C is one of ${first}, ${second}, … ${figures(CANDIDATES.slice(-1))},`,
    );
  });

  it('is that of the code: sizes of thumbnails', () => {
    const list = THUMBNAIL_SIZES.join(', ').replace(/, (\d+)$/, ' or $1');
    expect(flat('docs/service.md')).toContain(`WebP; ${list} pixels`);
  });
});

/** `npx vitest run test/documents -u` writes them. */
it.each(
  Object.keys(MADE) as (keyof typeof MADE)[],
)('what is made from the code is as the code is: %s', async (document) => {
  expect(read(document)).toContain('\n<!-- end -->\n');
  await expect(madeAnew(document)).toMatchFileSnapshot(join(ROOT, document));
});

it('the README has every encoder, in the order of the program', () => {
  const rows = read('README.md').matchAll(/^\| `(\w+)` \| [\d.]+ M/gm);
  expect(Array.from(rows, ([, name]) => name)).toEqual(ENCODER_NAMES);
});

it('the service’s document has every route', () => {
  const said = read('docs/service.md').match(/^\| request .*\n(?:\|.*\n)+/m)![0];
  const asked = Array.from(said.matchAll(/^\| `(GET|POST) ([^`?]+)[^`]*`(?:, `([^`?]+)`)?/gm), ([, method, ...paths]) =>
    paths.filter((path) => path !== undefined).map((path) => `${method} ${path}`),
  ).flat();
  const app = createApp({} as ServerContext, {
    allowed: new AllowedHosts('127.0.0.1', 0, []),
    port: 0,
    rate: DEFAULT_RATE,
    page: ROOT,
    version: '',
    onError: () => undefined,
  });
  const { paths } = app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: '', version: '' } });
  const routes = Object.entries(paths!).flatMap(([path, methods]) =>
    Object.keys(methods!).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(asked.sort()).toEqual(routes.sort());
});
