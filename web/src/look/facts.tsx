/** @file What is known of a picture that is looked at, and what can be done with its file. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { formatBytes, formatCount } from '../../../src/core/format.ts';
import { useLoad } from '../load.ts';
import { href } from '../route.ts';
import { jsonOf } from '../source/service.ts';
import { type PictureFacts, type PictureFile, useSource } from '../source/source.ts';
import { looked } from './look.ts';

export function Facts({ row }: { readonly row: number }): JSX.Element {
  const source = useSource();
  const [known] = useLoad(
    async (signal) => ({ ...(await source.picture(row, signal)), facts: await source.facts(row, signal) }),
    [source, row],
  );
  if (known.state === 'failed') return <p role="alert">{known.error.message}</p>;
  // While the next is awaited, nothing is said of the last.
  if (known.value?.row !== row) return <p class="soft">…</p>;
  const { name, label, facts } = known.value;
  return (
    <>
      <p class="look-name">{name}</p>
      {label !== null && <p class="soft">{label}</p>}
      {facts !== undefined && <Told facts={facts} />}
      <div class="look-deeds">
        <a
          class="button"
          href={href('neighbours', row)}
          onClick={() => {
            looked.value = undefined;
          }}
        >
          Its neighbours
        </a>
        <Copy text={facts?.path ?? name} isPath={facts?.path !== undefined} />
        {facts?.path !== undefined && facts.file !== undefined && <Show row={row} />}
      </div>
    </>
  );
}

function Told({ facts: { file } }: { readonly facts: PictureFacts }): JSX.Element {
  if (file === undefined) {
    return (
      <p class="warning" role="status">
        Its file is gone or cannot be read. This is what the run has kept of it, reduced.
      </p>
    );
  }
  return (
    <ul class="look-facts soft number">
      {factsInWords(file).map((fact) => (
        <li key={fact}>{fact}</li>
      ))}
    </ul>
  );
}

function factsInWords({ width, height, format, bytes, changed, taken, camera, exposure }: PictureFile): string[] {
  return [
    `${formatCount(width)} × ${formatCount(height)} pixels, ${format}, ${formatBytes(bytes)}`,
    taken === undefined ? `changed ${minutes(localTime(changed))}` : `taken ${minutes(taken)}`,
    ...(camera === undefined ? [] : [camera]),
    ...(exposure === undefined ? [] : [exposure]),
  ];
}

/** In the zone of who looks, written as cameras do. */
function localTime(iso: string): string {
  const date = new Date(iso);
  return new Date(date.valueOf() - 60_000 * date.getTimezoneOffset()).toISOString();
}

function minutes(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

function Copy({ text, isPath }: { readonly text: string; readonly isPath: boolean }): JSX.Element {
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <button type="button" title={text} onClick={() => copy().catch(() => undefined)}>
      {isCopied ? 'Copied' : isPath ? 'Copy the path' : 'Copy the name'}
    </button>
  );
}

function Show({ row }: { readonly row: number }): JSX.Element {
  const { service } = useSource();
  const [error, setError] = useState<string>();
  const show = (): Promise<unknown> => jsonOf(service!.pictures[':row'].show.$post({ param: { row: `${row}` } }));
  return (
    <>
      <button
        type="button"
        onClick={() => {
          setError(undefined);
          show().catch((reason: Error) => setError(reason.message));
        }}
      >
        Show in folder
      </button>
      {error !== undefined && <p role="alert">{error}</p>}
    </>
  );
}
