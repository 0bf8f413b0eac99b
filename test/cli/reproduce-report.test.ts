import { describe, expect, it } from 'vitest';
import type { Curve, Findings } from '#src/cli/reproduce/findings.js';
import { markdown } from '#src/cli/reproduce/markdown.js';
import { comparePairs, isTie, standardError } from '#src/cli/reproduce/order.js';
import { renderReport } from '#src/cli/reproduce/report-page.js';
import { verdict } from '#src/cli/reproduce/tell.js';
import type { Experiment } from '#src/experiments/experiment.js';
import { experimentNamed } from '#src/experiments/studies/list.js';
import { planOf } from '#src/experiments/study-plan.js';

const SIZE = { width: 8, pictures: 10_000, testPictures: 2500, epochs: 3 };

/** A report on made-up figures. @param accuracies by label */
function findingsOf(experiment: Experiment, accuracies: Readonly<Record<string, Record<string, number>>>): Findings {
  const loss = Object.fromEntries(experiment.runs.map(({ name }) => [name, { fixed: 0, perRow: 0 }]));
  const speeds = { train: { 8: 1e-3 }, loss, decode: 0, measure: 0, start: 0 };
  const { runs, ...size } = planOf(experiment.runs, SIZE, speeds);
  const curves: Curve[] = experiment.runs.slice(1, 3).map((spec) => ({
    spec,
    pictures: SIZE.pictures,
    of: 3,
    epochs: [1, 2, 3].map((epoch) => ({ epoch, loss: 9 - epoch, knn: 0.1 * epoch })),
  }));
  return {
    experiment,
    plan: {
      version: 1,
      request: { experiment: experiment.name, data: '/data', test: null, budget: 60, seed: 0 },
      machine: { cpu: 'A & B', threads: 2 },
      speeds,
      measuringSeconds: 10,
      available: { pictures: 50_000, testPictures: 10_000, numClasses: 10, isHeldOut: false },
      size: 32,
      stem: 'cifar',
      ...size,
      runs: runs.map(({ spec: { name, label }, ...run }) => ({ name, label, ...run })),
    },
    command: 'instdisc reproduce table1 --data "my <pictures>" --budget 60',
    version: '1.2.3',
    results: [],
    rows: Object.entries(accuracies).map(([label, values]) => ({ label, values })),
    gallery: [],
    curves,
    floor: 0.2,
    missing: [],
    numTest: SIZE.testPictures,
    seconds: 3000,
    measureAgain: undefined,
  };
}

const table1 = experimentNamed('table1');
// Two standard errors of an accuracy of 40 % on 2,500 pictures are 1.96 points.
const findings = findingsOf(table1, {
  'untrained encoder': { knn: 0.2, svm: 0.25 },
  'parametric softmax': { knn: 0.3, svm: 0.31 },
  'non-parametric softmax': { knn: 0.41, svm: 0.44 },
  'NCE, m = 1': { knn: 0.35, svm: 0.33 },
  'NCE, m = 10': { knn: 0.4, svm: 0.4 },
});
const page = renderReport(findings, (path) => path);

describe('the comparison with the paper', () => {
  it('takes the binomial standard error', () => {
    expect(standardError(0.5, 2500)).toBeCloseTo(0.01, 12);
    expect(standardError(0, 100)).toBe(0);
  });

  it('calls differences of less than two standard errors ties', () => {
    expect(isTie(0.4, 0.419, 2500)).toBe(true);
    expect(isTie(0.4, 0.421, 2500)).toBe(false);
    expect(isTie(0.419, 0.4, 2500)).toBe(true);
  });

  it('looks at each pair that the paper ranks, and at no other', () => {
    const pairs = comparePairs(findings.rows, table1.paper, 'knn', 2500);
    expect(pairs).toHaveLength(6);
    const outcomeOf = (lower: string, higher: string): string | undefined =>
      pairs.find((pair) => pair.lower === lower && pair.higher === higher)?.outcome;
    expect(outcomeOf('NCE, m = 1', 'parametric softmax')).toBe('reversed');
    expect(outcomeOf('NCE, m = 10', 'non-parametric softmax')).toBe('tie');
    expect(outcomeOf('NCE, m = 1', 'NCE, m = 10')).toBe('same');
    expect(comparePairs(findings.rows, { 'NCE, m = 1': { svm: 0.4 } }, 'knn', 2500)).toEqual([]);
  });

  it('is told in numbers, with what is reversed by name', () => {
    const [pairs, floor, error] = verdict(findings);
    expect(pairs).toContain('Of the 6 pairs');
    expect(pairs).toContain('4 came out in its order, 1 too close to tell, 1 the other way round');
    expect(pairs).toContain('NCE, m = 1 is above parametric softmax by 5.0 points');
    expect(floor).toBe(
      'The untrained encoder reaches 20.0 %, guessing reaches 10.0 %. All rows stand clearly above the untrained encoder.',
    );
    expect(error).toContain('2,500 test pictures has a standard error of up to 1.0 points');
  });

  it('says what is missing, and that there is nothing yet', () => {
    expect(verdict({ ...findings, missing: ['NCE, m = 512'] })[0]).toBe('Not finished yet: NCE, m = 512.');
    expect(verdict({ ...findings, rows: [] })).toEqual(['No run is finished yet.']);
  });
});

describe('the report as Markdown', () => {
  it('has the paper’s figure beside ours, and an empty cell where there is none', () => {
    const text = markdown(findings);
    expect(text).toContain('| NCE, m = 10 | 40.0 ± 1.0 % | 63.4 % | 40.0 ± 1.0 % | 60.2 % |');
    expect(text).toContain('| untrained encoder | 20.0 ± 0.8 % |  | 25.0 ± 0.9 % |  |');
    expect(markdown(findingsOf(experimentNamed('dimension'), { '64 dimensions': { knn: 0.4 } }))).toContain(
      '| 64 dimensions | 40.0 ± 1.0 % |  |',
    );
  });

  it('gives both orders, joining ties', () => {
    const text = markdown(findings).replaceAll('\u00a0', ' ');
    expect(text).toContain(
      'here: untrained encoder < parametric softmax < NCE, m = 1 < NCE, m = 10 ≈ non-parametric softmax',
    );
    expect(text).toContain('paper: NCE, m = 1 < parametric softmax < NCE, m = 10 < non-parametric softmax');
  });

  it('says what differs in scale, and how it was made', () => {
    const text = markdown(findings);
    expect(text).toContain('| pictures to learn from | 10,000 | 50,000 |');
    expect(text).toContain('| encoder | ResNet-18, width 8 | ResNet-18, width 64 |');
    expect(text).toContain('50 min 0 s of the 60 minutes');
    expect(text).toContain('instdisc 1.2.3');
  });
});

describe('the report as a page', () => {
  it('draws each accuracy as a bar of its length, and the paper’s as a mark', () => {
    for (const width of ['20.00', '41.00', '44.00']) expect(page).toContain(`width:${width}%`);
    for (const left of ['63.00', '80.80', '75.40']) expect(page).toContain(`left:${left}%`);
    expect(page).toContain('--chance:10.00%');
  });

  it('says in words what its charts show', () => {
    expect(page).toContain('aria-label="kNN, k = 200: 40.0 %, in the paper 63.4 %"');
    expect(page).toContain('parametric softmax ends at 30.0');
  });

  it('runs no script and asks nothing of the network', () => {
    expect(page).not.toMatch(/<script|<link|@import|https?:|url\(/i);
  });

  it('escapes what it is given', () => {
    expect(page).toContain('&#34;my &#60;pictures&#62;&#34;');
    expect(page).toContain('A &#38; B');
  });

  it('closes every element, and draws no number that is none', () => {
    for (const text of [page, renderReport({ ...findings, rows: [], curves: [], numTest: 0 }, (path) => path)]) {
      const open: string[] = [];
      for (const [, closing, name, empty] of text.matchAll(/<(\/?)([a-z]\w*)[^>]*?(\/?)>/g)) {
        if (closing) expect(open.pop()).toBe(name);
        else if (!empty && !['meta', 'img', 'br'].includes(name!)) open.push(name!);
      }
      expect(open).toEqual([]);
      expect(text).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  it('shows pictures, and which are right', () => {
    const found = [
      { path: 'a.jpg', caption: 'cat', isRight: true },
      { path: 'b.jpg', caption: 'dog', isRight: false },
    ];
    const text = renderReport(
      { ...findings, gallery: [{ title: 'Best', query: 'q.jpg', found }] },
      (path) => `!${path}`,
    );
    expect(text).toContain('<li class="wrong"><img src="!b.jpg" alt="dog, wrong">');
    expect(text).toContain('src="!q.jpg"');
  });
});
