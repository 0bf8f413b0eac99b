/** @file What is beside the map: the picture that was clicked, or those inside the lasso. */

import type { ComponentChildren, JSX } from 'preact';
import { formatCount, plural } from '../../../../src/core/format.ts';
import { csv, download } from '../../components/download.ts';
import { ForExcel } from '../../components/for-excel.tsx';
import { PictureGrid } from '../../components/picture-grid.tsx';
import { Thumbnail } from '../../components/thumbnail.tsx';
import { compare } from '../../look/look.ts';
import { href } from '../../route.ts';
import type { MapData, Run, ServedPicture } from '../../source/source.ts';
import { ClusterName } from './cluster-name.tsx';
import { clusterTitle } from './colouring.ts';

/** Pictures of a selection that are drawn; all are counted and exported. */
const MAX_DRAWN = 120;

interface PanelProps {
  readonly map: MapData;
  readonly run: Run;
  readonly rows: readonly number[];
  /** Of clusters, by their numbers. */
  readonly names: ReadonlyMap<number, string>;
  readonly onNamed: (cluster: number, name: string | undefined) => void;
  readonly onClose: () => void;
}

export function Panel({ map, run, rows, names, onNamed, onClose }: PanelProps): JSX.Element {
  const cluster = clusterOf(map, rows);
  return (
    <aside class="panel" aria-label={rows.length === 1 ? 'The picture' : 'The selection'}>
      {rows.length === 1 ? (
        <One picture={pictureOf(map, run, rows[0]!)} {...{ map, names }} />
      ) : (
        <Many
          pictures={rows.slice(0, MAX_DRAWN).map((row) => pictureOf(map, run, row))}
          numPictures={rows.length}
          onExport={() => exportCsv(run, map, names, rows)}
        >
          {cluster !== undefined && (
            <ClusterName key={`${cluster} ${names.get(cluster)}`} name={names.get(cluster)} {...{ cluster, onNamed }} />
          )}
        </Many>
      )}
      <button type="button" class="quiet panel-close" onClick={onClose}>
        Close
      </button>
    </aside>
  );
}

type OneProps = Pick<PanelProps, 'map' | 'names'> & { readonly picture: ServedPicture };

function One({ picture, map, names }: OneProps): JSX.Element {
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
        <dd>{cluster < 0 ? <span class="soft">none</span> : clusterTitle(cluster, names)}</dd>
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
  readonly children?: ComponentChildren;
}

function Many({ pictures, numPictures, onExport, children }: ManyProps): JSX.Element {
  return (
    <>
      <h2 aria-live="polite">{numPictures === 0 ? 'No picture' : plural(numPictures, 'picture')} selected</h2>
      {children}
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

function pictureOf(map: MapData, { classes }: Run, row: number): ServedPicture {
  return { row, name: map.names[row]!, label: classes[map.labels[row]!] ?? null };
}

/** The cluster that all of several rows are in and that has no others. */
function clusterOf({ clusters }: MapData, rows: readonly number[]): number | undefined {
  const cluster = clusters[rows[0] ?? 0]!;
  const isWhole = rows.length === clusters.reduce((count, other) => count + Number(other === cluster), 0);
  return cluster >= 0 && isWhole && rows.every((row) => clusters[row] === cluster) ? cluster : undefined;
}

export function exportCsv(run: Run, map: MapData, names: PanelProps['names'], rows: readonly number[]): void {
  const lines = rows.map((row) => {
    const { name, label } = pictureOf(map, run, row);
    const cluster = map.clusters[row]!;
    return [row, name, label ?? '', cluster < 0 ? '' : clusterTitle(cluster, names)];
  });
  download(`${run.name}-selection.csv`, csv([['row', 'name', 'label', 'cluster'], ...lines]));
}
