/** @file Labels from and to CSV files. */

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { plural } from '../../../../src/core/format.ts';
import { ChooseFile } from '../../components/choose-file.tsx';
import { csv, download } from '../../components/download.ts';
import { ForExcel } from '../../components/for-excel.tsx';
import { type MapData, type Run, useService } from '../../source/source.ts';
import type { Desk } from './desk.ts';
import { importLabels } from './import.ts';
import { allProposals, fullTable, labelTable } from './table.ts';

interface FilesProps {
  readonly desk: Desk;
  readonly map: MapData;
  readonly run: Run;
}

export function Files({ desk, map, run }: FilesProps): JSX.Element {
  const service = useService();
  const [message, setMessage] = useState('');
  const { labels, counts } = desk.book;
  const say = (work: () => Promise<string>): void => {
    work().then(setMessage, (error: Error) => setMessage(error.message));
  };
  const importFile = async (file: File): Promise<string> => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const { labels, unknown, remark } = importLabels(bytes, map.names);
    desk.change(labels);
    return [
      `Read ${plural(labels.size, 'label')}.`,
      ...(unknown.length === 0
        ? []
        : [`${plural(unknown.length, 'path is', 'paths are')} no picture of this run, such as ${unknown[0]}.`]),
      ...(remark === undefined ? [] : [`The file is ${remark}`]),
    ].join(' ');
  };
  const exportAll = async (): Promise<string> => {
    const proposals = await allProposals(service, labels.value, map.names);
    download(`${run.name}-all.csv`, csv(fullTable(labels.value, proposals, map.names)));
    return '';
  };
  return (
    <div class="toolbar files">
      <ChooseFile
        accept=".csv,text/csv"
        name="CSV file with the columns path and label"
        onFile={(file) => say(() => importFile(file))}
      >
        Import…
      </ChooseFile>
      <button
        type="button"
        disabled={labels.value.size === 0}
        onClick={() => download(`${run.name}-labels.csv`, csv(labelTable(labels.value, map.names)))}
      >
        Export labels
      </button>
      <button type="button" disabled={counts.value.size < 2} onClick={() => say(exportAll)}>
        Export with proposals
      </button>
      <ForExcel />
      <p class="soft" role="status">
        {message}
      </p>
    </div>
  );
}
