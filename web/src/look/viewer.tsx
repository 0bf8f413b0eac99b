/** @file Pictures whole, one or several side by side, over whatever view is open. */
import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useLoad } from '../load.ts';
import { useSource } from '../source/source.ts';
import type { Key } from '../views.ts';
import { Facts } from './facts.tsx';
import { type Lens, moved, ownPixels, type Size, WHOLE, zoomed } from './lens.ts';
import { type Looked, looked, lookOn, searched } from './look.ts';
import './look.css';
import { Pane } from './pane.tsx';

export const LOOK_KEYS: readonly Key[] = [
  ['V', 'Look closer at the picture that has the focus'],
  ['← →', 'There: the next picture, or move the picture'],
  ['+ −  0  1', 'There: zoom, the whole picture, its own pixels'],
  ['B', 'There: beside the picture searched with'],
];

const STEP = 1.5;
/** Share of the pane that an arrow key moves. */
const MOVE = 0.2;

export function Viewer({ open }: { readonly open: Looked }): JSX.Element {
  const source = useSource();
  const dialog = useRef<HTMLDialogElement>(null);
  const [lens, setLens] = useState<Lens>(WHOLE);
  const [sizes, setSizes] = useState<readonly [picture: Size, pane: Size]>();
  const { rows, among } = open;
  const [names] = useLoad(
    async (signal) =>
      new Map((await Promise.all(rows.map((row) => source.picture(row, signal)))).map((p) => [p.row, p.name])),
    [source, rows.join()],
  );
  useLayoutEffect(() => {
    dialog.current?.showModal();
    dialog.current?.focus();
  }, []);
  // The button that had the focus may be gone, and keys are heard where it is.
  useLayoutEffect(() => {
    if (!dialog.current?.contains(document.activeElement)) dialog.current?.focus();
  });

  const other = searched.value;
  const canBeside = other !== undefined && (rows.length > 1 || rows[0] !== other);
  const beside = (): void => {
    if (!canBeside) return;
    const row = rows.at(-1)!;
    looked.value = { rows: rows.length === 1 ? [other, row] : [row], among };
  };
  const on = (by: 1 | -1): void => {
    setLens(WHOLE);
    lookOn(open, by);
  };
  const change = (by: (lens: Lens, picture: Size, pane: Size) => Lens): void => {
    if (sizes !== undefined) setLens((before) => by(before, ...sizes));
  };
  const zoom = (factor: number): void =>
    change((before, picture, pane) => zoomed(before, factor, { x: pane.width / 2, y: pane.height / 2 }, picture, pane));
  const arrow = (x: number, y: number): void => {
    if (lens.zoom === 1) {
      if (x !== 0) on(x > 0 ? 1 : -1);
    } else
      change((before, picture, pane) => moved(before, -MOVE * x * pane.width, -MOVE * y * pane.height, picture, pane));
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => arrow(-1, 0),
    ArrowRight: () => arrow(1, 0),
    ArrowUp: () => arrow(0, -1),
    ArrowDown: () => arrow(0, 1),
    '+': () => zoom(STEP),
    '=': () => zoom(STEP),
    '-': () => zoom(1 / STEP),
    '0': () => setLens(WHOLE),
    '1': () => change((before, picture, pane) => ownPixels(before, picture, pane, devicePixelRatio)),
    b: beside,
    v: () => dialog.current?.close(),
  };
  return (
    <dialog
      ref={dialog}
      class="look"
      tabIndex={-1}
      aria-label="The picture, closer"
      onClose={() => {
        looked.value = undefined;
      }}
      onKeyDown={(event) => {
        // The view behind must not hear of it.
        event.stopPropagation();
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
        if (act === undefined) return;
        event.preventDefault();
        act();
      }}
    >
      <header class="look-bar">
        {rows.length === 1 && among.length > 1 && (
          <>
            <button type="button" aria-label="The picture before" onClick={() => on(-1)}>
              ←
            </button>
            <button type="button" aria-label="The next picture" onClick={() => on(1)}>
              →
            </button>
          </>
        )}
        <button type="button" aria-label="Zoom out" onClick={() => zoom(1 / STEP)}>
          −
        </button>
        <button type="button" aria-label="Zoom in" onClick={() => zoom(STEP)}>
          +
        </button>
        <button type="button" onClick={() => keys['0']!()}>
          Whole
        </button>
        <button type="button" onClick={() => keys['1']!()}>
          Own pixels
        </button>
        {canBeside && (
          <button type="button" aria-pressed={rows.length > 1} onClick={beside}>
            Beside the query
          </button>
        )}
        <button type="button" class="quiet look-close" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      <div class="look-panes">
        {rows.map((row) => (
          <figure key={row}>
            <Pane
              url={source.wholeUrl(row)}
              name={names.value?.get(row) ?? 'The picture'}
              lens={lens}
              onLens={setLens}
              onSizes={(picture, pane) => setSizes([picture, pane])}
            />
            <figcaption>
              <Facts row={row} />
            </figcaption>
          </figure>
        ))}
      </div>
    </dialog>
  );
}
