/** @file Pictures that are there twice, and pictures that are like no other. */
import type { JSX } from 'preact';
import { type Tab, Tabs } from '../../components/tabs.tsx';
import { goTo } from '../../route.ts';
import type { Key, ViewProps } from '../../views.ts';
import './duplicates.css';
import { Groups } from './groups.tsx';
import { Isolated } from './isolated.tsx';

export const DUPLICATES_KEYS: readonly Key[] = [
  ['←  →  ↑  ↓', 'Move among the pictures'],
  ['Space', 'Keep a picture, or not'],
  ['Enter', 'See its neighbours'],
];

type Part = 'twice' | 'isolated';

const PARTS: readonly Tab<Part>[] = [
  { key: 'twice', title: 'Duplicates' },
  { key: 'isolated', title: 'Most isolated' },
];

export function DuplicatesView({ run, argument }: ViewProps): JSX.Element {
  const part: Part = argument === 'isolated' ? 'isolated' : 'twice';
  return (
    <div class="page">
      <h1 class="visually-hidden">Duplicates</h1>
      <div class="toolbar">
        <Tabs
          name="Parts"
          tabs={PARTS}
          open={part}
          onOpen={(next) => goTo('duplicates', next === 'isolated' ? next : undefined)}
        />
        <p class="soft">
          Nothing is ever deleted here: you say what stays, which the run remembers, and export a list or let the
          command line do it.
        </p>
      </div>
      <div role="tabpanel" aria-label={PARTS.find(({ key }) => key === part)!.title}>
        {part === 'isolated' ? <Isolated run={run} /> : <Groups run={run} />}
      </div>
    </div>
  );
}
