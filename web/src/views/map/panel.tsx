/** @file What is beside the map: the picture that was clicked, or those inside the lasso. */

import type { JSX } from 'preact';
import { formatCount, plural } from '../../../../src/core/format.ts';
import { csv, download } from '../../components/download.ts';
import { ForExcel } from '../../components/for-excel.tsx';
import { PictureGrid } from '../../components/picture-grid.tsx';
import { Thumbnail } from '../../components/thumbnail.tsx';
import { compare } from '../../look/look.ts';
import { href } from '../../route.ts';
import type { MapData, Run, ServedPicture } from '../../source/source.ts';

/** Pictures of a selection that are drawn; all are counted and exported. */
const MAX_DRAWN = 120;

interface PanelProps {
  readonly map: MapData;
  readonly run: Run;
  readonly rows: readonly number[];
  readonly onClose: () => void;
}

export function Panel({ map, run, rows, onClose }: PanelProps): JSX.Element {
  const pictureOf = (row: number): ServedPicture => ({
    row,
    name: map.names[row]!,
    label: run.classes[map.labels[row]!] ?? null,
  });
  return (
    <aside class="panel" aria-label={rows.length === 1 ? 'The picture' : 'The selection'}>
      {rows.length === 1 ? (
        <One picture={pictureOf(rows[0]!)} map={map} />
      ) : (
        <Many
          pictures={rows.slice(0, MAX_DRAWN).map(pictureOf)}
          numPictures={rows.length}
          onExport={() => exportCsv(run, rows.map(pictureOf))}
        />
      )}
      <button type="button" class="quiet panel-close" onClick={onClose}>
        Close
      </button>
    </aside>
  );
}

function One({ picture, map }: { readonly picture: ServedPicture; readonly map: MapData }): JSX.Element {
  const { row, name, label } = picture;
  const cluster = map.clusters[row]!;
  return (
    <>
      <h2 class="panel-name">{name.slice(name.lastIndexOf('/') + 1)}</h2>
      <button type="button" class="panel-picture" aria-label={`Look closer at ${name}`} onClick={() => compare([row])}>
        <Thumbnail picture={picture} size={512} />
      </button>
      <dl class="facts">
        <dt>File</dt>
        <dd>{name}</dd>
        <dt>Label</dt>
        <dd>{label ?? <span class="soft">none</span>}</dd>
        <dt>Cluster</dt>
        <dd>{cluster < 0 ? <span class="soft">none</span> : cluster + 1}</dd>
        <dt title="Mean distance to its nearest pictures">Isolation</dt>
        <dd class="number">{map.outlier[row]!.toFixed(3)}</dd>
      </dl>
      <a class="button" href={href('neighbours', row)}>
        Its neighbours
      </a>
    </>
  );
}

interface ManyProps {
  readonly pictures: readonly ServedPicture[];
  readonly numPictures: number;
  readonly onExport: () => void;
}

function Many({ pictures, numPictures, onExport }: ManyProps): JSX.Element {
  return (
    <>
      <h2 aria-live="polite">{numPictures === 0 ? 'No picture' : plural(numPictures, 'picture')} selected</h2>
      {numPictures > 0 && (
        <div class="toolbar">
          <button type="button" class="primary" onClick={onExport}>
            Export as CSV
          </button>
          <ForExcel />
        </div>
      )}
      <PictureGrid pictures={pictures} size={64} />
      {numPictures > pictures.length && (
        <p class="soft">and {formatCount(numPictures - pictures.length)} more, in the export</p>
      )}
    </>
  );
}

function exportCsv({ name }: Run, pictures: readonly ServedPicture[]): void {
  const rows = pictures.map((picture) => [picture.row, picture.name, picture.label ?? '']);
  download(`${name}-selection.csv`, csv([['row', 'name', 'label'], ...rows]));
}
