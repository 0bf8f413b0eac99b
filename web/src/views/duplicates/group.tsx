/** @file Pictures that are nearly the same, side by side, each with whether it is to stay. */

import type { ComponentChildren, JSX } from 'preact';
import { plural } from '../../../../src/core/format.ts';
import { Thumbnail } from '../../components/thumbnail.tsx';
import { compare, MAX_BESIDE } from '../../look/look.ts';
import { LookButton } from '../../look/look-button.tsx';
import { goTo, href } from '../../route.ts';
import type { DuplicateGroup } from '../../source/source.ts';
import { isKept, type Marks, toggleKept } from './keep.ts';

interface GroupProps {
  /** Its place in the list, from 1. */
  readonly number: number;
  readonly group: DuplicateGroup;
  readonly marks: Marks;
  readonly onMark: (marks: Marks) => void;
  /** Called with whether all of its pictures are to stay from now on. */
  readonly onKeepAll: (keepAll: boolean) => void;
}

/** Pictures of a group that are drawn: a loose threshold can make one group of half the collection. */
const MAX_DRAWN = 60;

export function Group({ number, group, marks, onMark, onKeepAll }: GroupProps): JSX.Element {
  const { pictures, kind, similarity, exact, isDecided } = group;
  const drawn = pictures.slice(0, MAX_DRAWN);
  const title =
    kind === 'similar' ? `Similarity ${similarity.toFixed(3)}` : exact ? 'The same file' : 'The same pixels';
  return (
    <section
      class="group"
      style={{ '--count': Math.max(2, drawn.length) }}
      aria-label={`Group ${number}: ${plural(pictures.length, 'picture')}. ${title}`}
    >
      <div class="toolbar">
        <p class="soft number">
          {title} · {plural(pictures.length, 'picture')}
          {drawn.length < pictures.length && `, the first ${MAX_DRAWN} of them here`}
        </p>
        <button type="button" class="quiet" onClick={() => onKeepAll(!isDecided)}>
          {isDecided ? 'Decide again' : 'Keep all'}
        </button>
        <button type="button" class="quiet" onClick={() => compare(pictures.map(({ row }) => row))}>
          {pictures.length <= MAX_BESIDE ? 'Compare' : `Compare ${MAX_BESIDE}`}
        </button>
      </div>
      <ul class="grid grid-128">
        {drawn.map((picture) => {
          const { row, name, label, reason, relation } = picture;
          const kept = isKept(group, row, marks);
          return (
            <li key={row}>
              <button
                type="button"
                class="pick"
                data-item
                data-row={row}
                title={`${name}${label === null ? '' : `, ${label}`}: ${reason}`}
                aria-pressed={kept}
                onClick={() => onMark(toggleKept(group, row, marks))}
                onKeyDown={(event) => {
                  if (event.key !== 'Enter') return;
                  event.preventDefault();
                  goTo('neighbours', row);
                }}
              >
                <Thumbnail picture={picture} />
                <span class="caption">{kept ? 'Keep' : 'Could go'}</span>
                <span class="caption soft">
                  {relation !== undefined && `${relation}; `}
                  {kept === picture.stays ? reason : 'as you said'}
                </span>
              </button>
              <LookButton name={name} />
              <a class="caption" href={href('neighbours', row)} tabIndex={-1}>
                {breakable(name)}
              </a>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** A path that may go on in the next line after each folder. */
function breakable(path: string): ComponentChildren {
  return path.split('/').map((part, i) => (i === 0 ? part : ['/', <wbr key={i} />, part]));
}
