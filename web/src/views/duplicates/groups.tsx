/** @file Groups of pictures at least so similar, and the list of those that could go. */

import { signal } from '@preact/signals';
import { Fragment, type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { calibrationInWords } from '../../../../src/core/calibration.ts';
import { plural } from '../../../../src/core/format.ts';
import { csv, download } from '../../components/download.ts';
import { ForExcel } from '../../components/for-excel.tsx';
import { useRoving } from '../../components/roving.ts';
import { Empty, Failed } from '../../components/states.tsx';
import { useLoad } from '../../load.ts';
import { jsonOf, type Service, until } from '../../source/service.ts';
import {
  type DecisionsRequest,
  type DuplicateGroup,
  type Duplicates,
  type Run,
  useService,
} from '../../source/source.ts';
import { Group } from './group.tsx';
import { type Marks, marksOf, spareOf } from './keep.ts';
import { Searching } from './searching.tsx';
import { Threshold } from './threshold.tsx';

/** Groups that are added at a time. */
const BATCH = 40;
/** The most that the service gives at once. */
const MAX_PAGE = 1000;
/** A slider at rest for so long asks the service. */
const REST_MS = 200;

const KIND_TITLES = { same: 'The same', similar: 'Similar' } as const;

/** Kept while other views are open; undefined for that of the run. */
const threshold = signal<number | undefined>(undefined);
/** What was said here, until the service says it, too. */
const marks = signal<Marks>(new Map());

export function Groups({ run }: { readonly run: Run }): JSX.Element {
  const service = useService();
  const asked = useRested(threshold.value);
  const [numShown, setNumShown] = useState(BATCH);
  const [showsDecided, setShowsDecided] = useState(false);
  const [refused, setRefused] = useState<Error>();
  const [found, askAgain] = useLoad(
    (signal) => pageOf(service, asked, { limit: Math.min(numShown, MAX_PAGE), decided: showsDecided }, signal),
    [service, asked, numShown, showsDecided],
  );
  useEffect(() => setNumShown(BATCH), [asked, showsDecided]);
  const list = useRoving<HTMLDivElement>();
  const { value } = found;
  if (value === undefined) {
    return found.state === 'failed' ? (
      <div class="stack">
        <Failed error={found.error} onRetry={askAgain} />
        {/* Where too many pairs are too similar, only higher thresholds have an answer; 1 always has one. */}
        <button
          type="button"
          class="more"
          onClick={() => {
            threshold.value = 1;
          }}
        >
          Show only the most similar
        </button>
      </div>
    ) : (
      <Searching />
    );
  }
  const say = (json: DecisionsRequest): Promise<unknown> => {
    setRefused(undefined);
    return jsonOf(service.duplicates.decisions.$post({ json })).catch((error: Error) => setRefused(error));
  };
  const shown = threshold.value ?? value.threshold;
  const isCurrent = value.threshold === shown && found.state === 'done';
  return (
    <div class="stack">
      <Threshold
        value={shown}
        pairsAt={value.pairsAt}
        onInput={(next) => {
          threshold.value = next;
        }}
      />
      {value.calibration !== undefined && (
        <p class="soft">
          {calibrationInWords(value.calibration)}{' '}
          {shown !== value.calibration.threshold && (
            <button
              type="button"
              class="quiet"
              onClick={() => {
                threshold.value = undefined;
              }}
            >
              Back to it
            </button>
          )}
        </p>
      )}
      <div class="toolbar">
        <p class="number" role="status">
          {isCurrent ? inWords(value) : 'Grouping…'}
        </p>
        {(value.numDecided > 0 || showsDecided) && (
          <button
            type="button"
            class="quiet"
            aria-pressed={showsDecided}
            onClick={() => setShowsDecided(!showsDecided)}
          >
            {showsDecided ? 'Back to the others' : `${plural(value.numDecided, 'group')} of which all are kept`}
          </button>
        )}
        {!showsDecided && <Export run={run} found={value} isCurrent={isCurrent} />}
      </div>
      {refused !== undefined && <p role="alert">What you said is not remembered. {refused.message}</p>}
      {found.state === 'failed' && <Failed error={found.error} onRetry={askAgain} />}
      {value.groups.length === 0 && isCurrent && (
        <Empty title={showsDecided ? 'There is no group of which all are kept' : 'No two pictures are so similar'}>
          <p>Move the threshold to the left to see some that are less so.</p>
        </Empty>
      )}
      <div ref={list} class="groups" aria-busy={!isCurrent}>
        {value.groups.map((group, i) => (
          <Fragment key={`${group.kind} ${group.pictures[0]!.row}`}>
            {group.kind !== value.groups[i - 1]?.kind && <h2>{KIND_TITLES[group.kind]}</h2>}
            <Group
              number={i + 1}
              group={group}
              marks={marks.value}
              onMark={(next) => {
                marks.value = next;
                void say({ groups: [], marks: marksOf(group, next) });
              }}
              onKeepAll={(keepAll) => {
                const rows = group.pictures.map(({ row }) => row);
                marks.value = new Map([...marks.value].filter(([row]) => !rows.includes(row)));
                void say({ groups: [{ kind: group.kind, rows, keepAll }], marks: [] }).then(askAgain);
              }}
            />
          </Fragment>
        ))}
      </div>
      {value.groups.length < value.numGroups && numShown < MAX_PAGE && (
        <button type="button" class="more" onClick={() => setNumShown(numShown + BATCH)}>
          Show more groups
        </button>
      )}
    </div>
  );
}

interface ExportProps {
  readonly run: Run;
  readonly found: Duplicates;
  readonly isCurrent: boolean;
}

function Export({ run, found, isCurrent }: ExportProps): JSX.Element {
  const service = useService();
  const [error, setError] = useState<Error>();
  const write = async (): Promise<void> => {
    setError(undefined);
    const groups = await allGroups(service, found.threshold);
    const rows = groups.flatMap((group, i) =>
      spareOf(group, marks.value).map(({ name }) => [name, i + 1, keptNames(group), group.similarity.toFixed(4)]),
    );
    download(`${run.name}-duplicates.csv`, csv([['path', 'group', 'kept', 'similarity'], ...rows]));
  };
  return (
    <>
      <button
        type="button"
        disabled={!isCurrent || found.numGroups === 0}
        onClick={() => write().catch((reason: Error) => setError(reason))}
      >
        Export the list of the others
      </button>
      <ForExcel />
      {error !== undefined && <p role="alert">{error.message}</p>}
    </>
  );
}

function keptNames(group: DuplicateGroup): string {
  const spare = new Set(spareOf(group, marks.value));
  return group.pictures
    .filter((picture) => !spare.has(picture))
    .map(({ name }) => name)
    .join(' ');
}

interface Part {
  readonly offset?: number;
  readonly limit: number;
  /** The groups of which somebody has said that all stay, in place of the others. */
  readonly decided?: boolean;
}

function pageOf(
  service: Service,
  threshold: number | undefined,
  { offset = 0, limit, decided = false }: Part,
  signal?: AbortSignal,
): Promise<Duplicates> {
  const query = {
    ...(threshold !== undefined && { threshold: `${threshold}` }),
    offset: `${offset}`,
    limit: `${limit}`,
    decided: decided ? ('true' as const) : ('false' as const),
  };
  return jsonOf(service.duplicates.$get({ query }, until(signal)));
}

async function allGroups(service: Service, threshold: number): Promise<DuplicateGroup[]> {
  const groups: DuplicateGroup[] = [];
  for (;;) {
    const page = await pageOf(service, threshold, { offset: groups.length, limit: MAX_PAGE });
    groups.push(...page.groups);
    if (page.groups.length === 0 || groups.length >= page.numGroups) return groups;
  }
}

function inWords({ numGroups, numSpare }: Duplicates): string {
  return `${plural(numGroups, 'group')}; ${plural(numSpare, 'picture')} could go if one of each stayed`;
}

/** The value once it has not changed for a while. */
function useRested<T>(value: T): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), REST_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}
