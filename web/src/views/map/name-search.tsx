/** @file Finds pictures by their file names. */

import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { formatCount } from '../../../../src/core/format.ts';
import { searchKey } from '../../../../src/core/names.ts';

/** Matches listed; all are marked on the map. */
const MAX_LISTED = 50;

interface NameSearchProps {
  readonly names: readonly string[];
  /** Called with the rows whose names match; none while nothing is asked. */
  readonly onMatch: (rows: readonly number[]) => void;
  readonly onGo: (row: number) => void;
}

export function NameSearch({ names, onMatch, onGo }: NameSearchProps): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const lower = useMemo(() => names.map(searchKey), [names]);
  const matches = useMemo(() => find(lower, text), [lower, text]);
  const listed = matches.slice(0, MAX_LISTED);
  const isListed = isOpen && text !== '';

  useEffect(() => onMatch(matches), [matches]);
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);

  const go = (row: number | undefined): void => {
    if (row === undefined) return;
    setOpen(false);
    onGo(row);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') go(listed[at]);
    else if (event.key === 'ArrowDown') setAt(Math.min(at + 1, listed.length - 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0));
    else if (event.key === 'Escape') setText('');
    else return;
    event.preventDefault();
  };

  return (
    <div
      class="name-search"
      onFocusOut={({ currentTarget, relatedTarget }) =>
        !currentTarget.contains(relatedTarget as Node | null) && setOpen(false)
      }
    >
      <input
        ref={input}
        type="search"
        role="combobox"
        placeholder="Search by file name"
        aria-label="Search by file name"
        aria-controls="name-matches"
        aria-expanded={isListed}
        aria-activedescendant={isListed && listed.length > 0 ? `name-match-${at}` : undefined}
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          setAt(0);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onKeyDown={press}
      />
      {isListed && (
        <div class="name-matches">
          <p class="soft number" role="status">
            {matches.length === 0 ? 'No file name has this in it' : `${formatCount(matches.length)} found`}
          </p>
          <div id="name-matches" role="listbox" aria-label="File names">
            {listed.map((row, i) => (
              <div
                key={row}
                id={`name-match-${i}`}
                role="option"
                tabIndex={-1}
                aria-selected={i === at}
                onPointerDown={() => go(row)}
              >
                {names[row]}
              </div>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}

/** Rows whose names have every word of the text in them. */
function find(names: readonly string[], text: string): number[] {
  const words = searchKey(text).split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return names.flatMap((name, row) => (words.every((word) => name.includes(word)) ? [row] : []));
}
