/** @file Where labels are given: a field to type one, a button for each that is known, and the way back. */

import type { JSX, RefObject } from 'preact';
import { useId, useState } from 'preact/hooks';
import { formatCount } from '../../../../src/core/format.ts';
import type { Run } from '../../source/source.ts';
import type { Desk } from './desk.ts';

interface AssignBarProps {
  readonly desk: Desk;
  readonly run: Run;
  readonly field: RefObject<HTMLInputElement>;
  readonly onAssign: (label: string | null) => void;
}

/** Labels offered while one is typed. */
const MAX_OFFERED = 200;

export function AssignBar({ desk, run, field, onAssign }: AssignBarProps): JSX.Element {
  const list = useId();
  const [typed, setTyped] = useState('');
  const { book, known, picked } = desk;
  const offered = [...new Set([...known.value, ...run.classes])].slice(0, MAX_OFFERED);
  const submit = (event: Event): void => {
    event.preventDefault();
    const label = typed.trim();
    if (label === '') return;
    setTyped('');
    onAssign(label);
  };
  return (
    <section class="assign" aria-label="Give a label">
      <form class="toolbar" onSubmit={submit}>
        <label>
          <span class="soft number">{targetsInWords(picked.value.size, desk.current.value !== undefined)}</span>{' '}
          <input
            ref={field}
            value={typed}
            list={list}
            maxLength={200}
            placeholder="Type a label"
            autocomplete="off"
            onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        </label>
        <datalist id={list}>
          {offered.map((label) => (
            <option key={label} value={label} />
          ))}
        </datalist>
        <button type="submit" class="primary" disabled={typed.trim() === '' || desk.targets().length === 0}>
          Name
        </button>
        <button type="button" disabled={!book.canUndo.value} onClick={() => book.undo()}>
          Undo
        </button>
        {picked.value.size > 0 && (
          <button type="button" class="quiet" onClick={() => desk.pickNone()}>
            Pick none
          </button>
        )}
      </form>
      {known.value.length > 0 && (
        <ul class="known" aria-label="Labels so far">
          {known.value.map((label, i) => (
            <li key={label}>
              <button type="button" disabled={desk.targets().length === 0} onClick={() => onAssign(label)}>
                {i < 9 && <kbd>{i + 1}</kbd>} {label}{' '}
                <span class="soft number">{book.counts.value.get(label) ?? 0}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function targetsInWords(numPicked: number, hasCurrent: boolean): string {
  if (numPicked > 1) return `${formatCount(numPicked)} pictures are`;
  if (numPicked === 1) return 'The picked picture is';
  return hasCurrent ? 'This picture is' : 'Pick pictures, then';
}
