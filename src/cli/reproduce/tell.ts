/** @file What a report says in words and in tables, for Markdown and page alike. */
import { formatCount, formatDuration, percent, plural } from '../../core/format.js';
import type { Column, MeasuredRow } from '../../experiments/experiment.js';
import { UNTRAINED } from '../../experiments/untrained.js';
import type { Findings } from './findings.js';
import { comparePairs, isTie, type Pair, standardError } from './order.js';

/** A figure of the table, of ours and of the paper's; an empty text where there is none. */
export interface Cell {
  readonly ours: string;
  readonly paper: string;
}

/** `41.3 ± 1.1 %`, with the standard error where it is an accuracy; `0.413` otherwise. */
export function cellOf({ values, label }: MeasuredRow, { name, unit }: Column, findings: Findings): Cell {
  const ours = values[name];
  const paper = findings.experiment.paper[label]?.[name];
  if (unit === 'number') return { ours: ours?.toPrecision(3) ?? '', paper: paper?.toPrecision(3) ?? '' };
  return {
    ours: ours === undefined ? '' : shareText(ours, unit, findings),
    paper: paper === undefined ? '' : percent(paper),
  };
}

function shareText(share: number, unit: Column['unit'], { numTest }: Findings): string {
  if (unit === 'share') return percent(share);
  return `${(100 * share).toFixed(1)} ± ${(100 * standardError(share, numTest)).toFixed(1)} %`;
}

/** The column that rows are ranked by. */
export function mainColumn({ experiment }: Findings): Column {
  return experiment.columns[0]!;
}

/** Rows that have a figure in the main column, lowest first: `a < b ≈ c`, where ≈ joins what chance may have parted. */
export function orderHere(findings: Findings): string {
  const { name } = mainColumn(findings);
  const ranked = findings.rows
    .filter(({ values }) => values[name] !== undefined)
    .sort((a, b) => a.values[name]! - b.values[name]!);
  return ranked
    .map(({ label, values }, i) => {
      const before = ranked[i - 1]?.values[name];
      if (before === undefined) return together(label);
      return `${isTie(before, values[name]!, findings.numTest) ? '≈' : '<'} ${together(label)}`;
    })
    .join(' ');
}

/** The paper's order of the rows that it has a figure for. */
export function orderInPaper({ experiment, rows }: Findings): string {
  const { name } = experiment.columns[0]!;
  const { paper } = experiment;
  return rows
    .filter(({ label }) => paper[label]?.[name] !== undefined)
    .map(({ label }) => label)
    .sort((a, b) => paper[a]![name]! - paper[b]![name]!)
    .map(together)
    .join(' < ');
}

/** A name that no line ends in. */
function together(label: string): string {
  return label.replaceAll(' ', '\u00a0');
}

/** What came out, in sentences. */
export function verdict(findings: Findings): string[] {
  const { experiment, rows, missing, numTest } = findings;
  if (rows.length === 0) return ['No run is finished yet.'];
  const { name, title, unit } = mainColumn(findings);
  const pairs = experiment.isRanking ? comparePairs(rows, experiment.paper, name, numTest) : [];
  return [
    ...(missing.length > 0 ? [`Not finished yet: ${missing.join(', ')}.`] : []),
    ...(pairs.length > 0 ? [pairSentence(pairs, title)] : []),
    ...(unit === 'accuracy' ? [floorSentence(findings), errorSentence(findings)] : []),
  ].filter((sentence) => sentence !== '');
}

function pairSentence(pairs: readonly Pair[], title: string): string {
  const of = (outcome: Pair['outcome']): readonly Pair[] => pairs.filter((pair) => pair.outcome === outcome);
  const [same, ties, reversed] = [of('same'), of('tie'), of('reversed')];
  const exceptions = reversed.map(
    ({ lower, higher, difference }) => `${lower} is above ${higher} by ${points(-difference)}`,
  );
  return (
    `Of the ${plural(pairs.length, 'pair')} of rows that the paper ranks by ${title}, ` +
    `${formatCount(same.length)} came out in its order, ${formatCount(ties.length)} too close to tell, ` +
    `${formatCount(reversed.length)} the other way round${exceptions.length > 0 ? `: ${exceptions.join('; ')}` : ''}.`
  );
}

/** What learning adds to an encoder that has learned nothing. */
function floorSentence(findings: Findings): string {
  const { name } = mainColumn(findings);
  const { numTest, plan } = findings;
  const floor = findings.rows.find(({ label }) => label === UNTRAINED.label)?.values[name];
  const guessing = `guessing reaches ${percent(1 / plan.available.numClasses)}`;
  if (floor === undefined) return `${guessing[0]!.toUpperCase()}${guessing.slice(1)}.`;
  const learned = findings.rows.filter(({ label, values }) => label !== UNTRAINED.label && values[name] !== undefined);
  const above = learned.filter(({ values }) => values[name]! > floor && !isTie(values[name]!, floor, numTest));
  const sentence = `The untrained encoder reaches ${percent(floor)}, ${guessing}.`;
  if (learned.length === 0) return sentence;
  const number = above.length === learned.length ? 'All rows' : `${above.length} of ${plural(learned.length, 'row')}`;
  return `${sentence} ${number} stand clearly above the untrained encoder.`;
}

function errorSentence({ rows, numTest, experiment }: Findings): string {
  const { name } = experiment.columns[0]!;
  const errors = rows.flatMap(({ values }) =>
    values[name] === undefined ? [] : standardError(values[name]!, numTest),
  );
  return (
    `An accuracy counted on ${plural(numTest, 'test picture')} has a standard error of up to ${points(Math.max(...errors))}. ` +
    'Differences of less than two of it are too close to tell; another seed may turn them round.'
  );
}

/** `1.2 points`, of percent. */
function points(difference: number): string {
  return `${(100 * difference).toFixed(1)} points`;
}

/** What is smaller here than in the paper: name, here, there. */
export function scale({ plan, experiment, results }: Findings): [string, string, string][] {
  const { published } = experiment;
  const numReference = results[0]?.numReference;
  const learning = plan.runs.filter(({ name }) => name !== UNTRAINED.name);
  const seen = Math.max(...learning.map(({ steps }) => steps * plan.batch));
  return [
    ['pictures to learn from', formatCount(plan.pictures), formatCount(published.pictures)],
    ['classes', formatCount(plan.available.numClasses), formatCount(published.classes)],
    ['encoder', `ResNet-18, width ${plan.width}`, published.encoder],
    ['side of a picture', `${plan.size} pixels`, `${published.size} pixels`],
    ['epochs', formatCount(plan.epochs), '200'],
    ['pictures seen by a run', formatCount(seen), formatCount(published.pictures * 200)],
    [
      'labelled pictures searched',
      numReference === undefined ? '' : formatCount(numReference),
      formatCount(published.pictures),
    ],
    ['test pictures', formatCount(plan.testPictures), formatCount(published.testPictures)],
    ...(plan.request.budget === 'full'
      ? []
      : ([
          ['before the L2 norm', 'features batch-normalised', 'as they are'],
          ['Z of NCE', 'running mean', 'of the first batch'],
        ] as [string, string, string][])),
  ];
}

/** What one needs to make it again. */
export function making({ plan, version, seconds, command }: Findings): [string, string][] {
  const { request, machine } = plan;
  return [
    ['Machine', `${machine.cpu}, ${plural(machine.threads, 'thread')}`],
    ['Version', `instdisc ${version}`],
    ['Seed', String(request.seed)],
    [
      'Time',
      formatDuration(seconds) + (request.budget === 'full' ? '' : ` of the ${request.budget} minutes it was given`),
    ],
    ['Command', command],
  ];
}
