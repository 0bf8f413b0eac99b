/** @file `instdisc search`. */
import { Command } from 'commander';
import { embeddingsSource, openSearchSource } from '../../collection/open-collection.js';
import { type SearchResult, searchPictures } from '../../collection/search.js';
import { ArgumentError } from '../../core/errors.js';
import { plural } from '../../core/format.js';
import { printable } from '../../core/printable.js';
import { readEmbeddings } from '../../store/embeddings/embeddings.js';
import { GROUPS } from '../groups.js';
import type { MontageRow } from '../montage.js';
import { noteSource } from '../note-source.js';
import { openNoted } from '../open-noted.js';
import { addCommon, addDevice, type CommonOptions, type DeviceOptions, parseCount } from '../options.js';
import { Output, paint } from '../output.js';
import { withPiped } from '../piped.js';
import { drawRunMontage } from '../run-montage.js';
import { shortPath } from '../words.js';

interface Options extends CommonOptions, DeviceOptions {
  readonly k: number;
  readonly montage?: string;
  readonly seen?: boolean;
  readonly in?: string;
}

export function searchCommand(): Command {
  const command = new Command('search')
    .helpGroup(GROUPS.ask)
    .summary('find the pictures most similar to a picture')
    .description(
      'Finds the pictures of a run, or of an embedded folder, that are most similar to a picture, which may be any.',
    )
    .argument('<run>', 'the run folder')
    .argument(
      '<pictures...>',
      'the picture to search with: a path, - for standard input, or the row or id of one searched; or several, or a folder',
    )
    .option('-k <n>', 'how many to find', parseCount('k'), 10)
    .option('--montage <file.png>', 'draw them beside the picture')
    .option('--seen', 'in the montage, draw of each picture the square that the encoder sees')
    .option(
      '--in <file>',
      'search in what `instdisc embed` has written (default: its index, or the pictures it was trained on)',
    );
  addDevice(command).addHelpText(
    'after',
    `
Examples:
  instdisc search runs/pictures ~/Pictures/beach.jpg
  instdisc search runs/pictures new.jpg -k 20 --montage nearest.png
  instdisc search runs/pictures 123
  curl https://example.org/new.jpg | instdisc search runs/pictures -
  instdisc search runs/pictures new.jpg --montage seen.png --seen
  instdisc search runs/pictures new.jpg --in archive.npy --json

Similarity is the cosine of two features: 1 for the same, about 0 for unlike. The picture itself, if it is
among those searched, is listed as well, and marked. Its class is the one that is known of it, or its folder’s
name if that is one; in the montage it stands under the picture, frames are around those that share it, and a
broken line is under the others.`,
  );
  return addCommon(command).action(run);
}

async function run(path: string, pictures: readonly string[], options: Options): Promise<void> {
  await withPiped(pictures, (files, calledOf) => searchWith(path, files, calledOf, options));
}

async function searchWith(
  path: string,
  pictures: readonly string[],
  calledOf: (path: string) => string,
  options: Options,
): Promise<void> {
  const output = Output.of(options);
  if (options.seen && options.montage === undefined) {
    throw new ArgumentError('--seen: expected --montage beside it, got none. Say where to draw.');
  }
  const trained = await openNoted(path, options, output);
  try {
    const source =
      options.in === undefined
        ? await openSearchSource(trained)
        : embeddingsSource(await readEmbeddings(options.in), options.in);
    const results = await searchPictures(trained, source, pictures, options.k);
    await source.release();
    await noteSource(output, path, source.source);
    const told = results.map((result) => ({ ...result, query: calledOf(result.query) }));
    for (const result of told) show(output, result, source.numPictures);
    output.json({ ...(source.source && { source: source.source }), results: told });
    if (options.montage === undefined) return;
    await drawRunMontage(output, options.montage, results.map(montageRow), path, {
      frames: true,
      seenBy: options.seen ? trained.transform : undefined,
    });
    output.line(`Drawn: ${shortPath(options.montage)}`);
  } finally {
    await trained.release();
  }
}

function show(output: Output, { query, label, matches }: SearchResult, numRows: number): void {
  const as = label === undefined ? '' : `, of class ${printable(label)}`;
  output.line(`The nearest of ${plural(numRows, 'picture')} to ${paint('bold', shortPath(query))}${as}:`);
  const labels = matches.map(({ label = '' }) => printable(label));
  const labelWidth = Math.max(0, ...labels.map(({ length }) => length));
  for (const [i, { id, similarity, isQuery }] of matches.entries()) {
    const rank = String(i + 1).padStart(String(matches.length).length + 2);
    const cells = [
      rank,
      similarity.toFixed(3).padStart(6),
      ...(labelWidth > 0 ? [labels[i]!.padEnd(labelWidth)] : []),
      shortPath(id),
    ];
    output.line(cells.join('  ') + (isQuery ? paint('dim', '  (the picture itself)') : ''));
  }
  const others = matches.filter((match) => !match.isQuery && match.label !== undefined);
  if (label !== undefined && others.length > 0) {
    const numShared = others.filter((match) => match.label === label).length;
    output.line(`${numShared} of ${others.length} ${numShared === 1 ? 'is' : 'are'} of its class.`);
  }
  output.line();
}

/** A row of a montage: the query with its class, and which of the matches share it. */
export function montageRow({ query, label, matches }: SearchResult): MontageRow {
  return {
    query,
    title: label,
    neighbours: matches.map((match) => ({
      path: match.id,
      similarity: match.similarity,
      label: match.label,
      correct: label === undefined || match.label === undefined || match.isQuery ? undefined : match.label === label,
    })),
  };
}
