/** @file Finds the pictures below some paths, and says what it left out and why. */

import { createHash } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import sharp from 'sharp';
import { DataError } from '../../core/errors.js';
import { inOrder } from '../../core/in-order.js';
import { isScarce } from '../../core/scarce.js';
import { isOwn, type Shares } from '../../core/shares.js';
import { damageOf } from '../decode/damage.js';
import { imageHeader } from '../decode/image-header.js';
import { jxlSize } from '../decode/jxl-size.js';
import { kindOf, TAKEN } from '../decode/kind.js';
import { MAX_PIXELS, type Size, tooLarge } from '../decode/reduced-size.js';
import { type LabelReport, matchLabels } from '../labels/label-match.js';
import { type Alias, failureReason, type Picture, type Skipped } from '../picture.js';
import { classOfPlace, type Place } from './class-folders.js';
import { type Excluded, Exclusion } from './exclusion.js';
import { openable } from './file-name.js';
import { JPEG_HEADER_BYTES, readJpegSize } from './jpeg-size.js';
import { isCifarName, readCifar } from './readers/cifar.js';
import { isIdxName, readIdx } from './readers/idx.js';
import { type ScanRules, USUAL_RULES } from './scan-rules.js';
import { type FoundFile, walk } from './walk.js';

/** Header checks under way at once; they mostly wait for the disk. */
const IN_FLIGHT = 16;

/** A file so named that turns out to be no picture is a fault; any other (notes.txt) is nobody's mistake. */
const PICTURE_EXTENSION = /^\.(jpe?g|jpe|jfif|png|webp|avif|gif|tiff?|bmp|heic|heif|jp2|jxl|svg)$/i;

export interface ScanOptions {
  /** Pictures with more pixels are skipped; default 100 million. */
  readonly maxPixels?: number;
  /** Label by picture id. If given, these are the only labels: folder names are not mixed with them. */
  readonly labels?: ReadonlyMap<string, string>;
  /** What is left out, and which folders give classes; default `USUAL_RULES`. */
  readonly rules?: ScanRules | undefined;
  /** Only pictures of these shares are looked at; default all. There may then be none. */
  readonly shares?: Shares | undefined;
  /** Called with the number of files looked at so far. */
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

export interface ScanReport {
  /** In the order of their ids (by UTF-16 code unit), which is the same on every machine. */
  readonly pictures: readonly Picture[];
  /** Number of pictures by format: those of `TAKEN`, CIFAR, IDX. */
  readonly formats: Readonly<Record<string, number>>;
  readonly skipped: readonly Skipped[];
  /** Links to files and folders that count under another name. */
  readonly aliases: readonly Alias[];
  /** Files that neither are nor claim to be pictures (notes, indices, …). */
  readonly numOtherFiles: number;
  /** What was left out by name, by the word that means it; of the words that were asked for, also what left out nothing. */
  readonly excluded: readonly Excluded[];
  /** What became of `labels`; absent where none were given. */
  readonly labels?: LabelReport;
  /** With shares: SHA-256 of the names of all files, the others' too. Who sees other files has other names. */
  readonly names?: string;
}

/** A file that is none of the pictures that are read; its message says what it is. */
class NoPicture extends DataError {}

/** What a file turned out to be. */
type Checked =
  | { readonly format: string; readonly pictures: readonly Picture[]; readonly place?: Place | undefined }
  | { readonly skipped: Skipped }
  | { readonly other: true }
  | { readonly elsewhere: string };

/**
 * Walks files and folders and reads the header of each file; the format is decided by the content, not by the name.
 *
 * A picture's label is the name of a folder below the given path (root/<class>/x.jpg), the first that tells pictures apart.
 *
 * @param paths files and folders, in any mix and nested to any depth
 * @throws {DataError} if a path does not exist, if there is no picture, or if no label names a picture
 */
export async function scan(paths: readonly string[], options: ScanOptions = {}): Promise<ScanReport> {
  const { maxPixels = MAX_PIXELS, rules = USUAL_RULES, labels, shares, onProgress, signal } = options;
  const pictures: Picture[] = [];
  /** Of each picture; undefined if its class does not come of folders. */
  const places: (Place | undefined)[] = [];
  const exclusion = new Exclusion(rules);
  const numFiles = new Map<Place, number>();
  const skipped: Skipped[] = [];
  const aliases: Alias[] = [];
  const formats: Record<string, number> = {};
  const elsewhere: string[] = [];
  const names = createHash('sha256');
  let numOtherFiles = 0;
  let done = 0;
  const files = walk(paths, exclusion, {
    onSkip: (fault) => skipped.push(fault),
    onAlias: (alias) => aliases.push(alias),
  });
  const look = (file: FoundFile): Promise<Checked> => {
    if (shares) names.update(`${file.path}\0`);
    // The others' files, too: a class is the same for whoever looks.
    if (file.place) numFiles.set(file.place, (numFiles.get(file.place) ?? 0) + Number(isCalledPicture(file.path)));
    return check(file, maxPixels, shares);
  };
  for await (const checked of inOrder(files, IN_FLIGHT, look, signal)) {
    if ('pictures' in checked) {
      for (const picture of checked.pictures) {
        pictures.push(picture);
        places.push(checked.place);
      }
      formats[checked.format] = (formats[checked.format] ?? 0) + checked.pictures.length;
    } else if ('skipped' in checked) skipped.push(checked.skipped);
    else if ('elsewhere' in checked) elsewhere.push(checked.elsewhere);
    else numOtherFiles++;
    done++;
    onProgress?.(done);
  }
  if (pictures.length === 0 && elsewhere.length === 0) {
    const first = skipped[0] === undefined ? '' : `; skipped ${skipped.length}, e.g. ${quote(skipped[0])}`;
    throw new DataError(
      `${paths.join(', ')}: expected pictures (${TAKEN.join(', ')}), got none in ${done} files${first}`,
    );
  }
  const relabelled = labels && relabel(pictures, labels, aliases, elsewhere);
  const classOf = classOfPlace(numFiles, rules.classes);
  const inClasses = (picture: Picture, i: number): Picture =>
    places[i] === undefined ? picture : { ...picture, label: classOf(places[i]) };
  return {
    pictures: sortById(relabelled?.pictures ?? pictures.map(inClasses)),
    excluded: exclusion.report,
    ...(relabelled && { labels: relabelled.report }),
    formats,
    skipped: skipped.sort((a, b) => compare(a.path, b.path)),
    aliases: aliases.sort((a, b) => compare(a.path, b.path)),
    numOtherFiles,
    ...(shares && { names: names.digest('hex') }),
  };
}

async function check(file: FoundFile, maxPixels: number, shares: Shares | undefined): Promise<Checked> {
  const { path } = file;
  const isElsewhere = shares !== undefined && !isOwn(path, shares);
  if (isElsewhere && !isOfRecords(path)) return { elsewhere: path };
  const ofShares = (records: readonly Picture[]): readonly Picture[] =>
    shares === undefined ? records : records.filter(({ id }) => isOwn(id, shares));
  try {
    const { size, mtimeMs } = await stat(openable(path));
    const facts = { path, size, mtimeMs };
    const cifar = await readCifar(facts);
    if (cifar !== undefined) return { format: 'CIFAR', pictures: ofShares(cifar) };
    const idx = await readIdx(facts);
    if (idx !== undefined) return { format: 'IDX', pictures: ofShares(idx) };
    if (isElsewhere) return { elsewhere: path };
    if (size === 0) return fault(file, 'the file is empty');
    const { format, width, height } = await readHeader(path, size);
    if (width * height > maxPixels) return { skipped: { path, reason: tooLarge({ width, height }, maxPixels) } };
    return {
      format,
      pictures: [{ ...facts, id: path, label: undefined, width, height, planes: undefined }],
      place: file.place,
    };
  } catch (error) {
    if (error instanceof DataError && !(error instanceof NoPicture))
      return { skipped: { path, reason: error.message } };
    return fault(file, failureReason(error));
  }
}

/** Whether a file may be one of many pictures, by its name. */
function isOfRecords(path: string): boolean {
  return isCifarName(path) || isIdxName(path);
}

/**
 * Libvips opens every format; JPEG, the most common by far, does not need it.
 *
 * @throws {DataError} saying what the file is, if it is none of the formats taken
 */
async function readHeader(path: string, size: number): Promise<Size & { readonly format: string }> {
  const start = await readStart(path, Math.min(size, JPEG_HEADER_BYTES));
  const jpeg = readJpegSize(start);
  if (jpeg !== undefined) return { format: 'JPEG', ...jpeg };
  const format = kindOf(start);
  if (typeof format !== 'string') throw new NoPicture(format.reason);
  const input = openable(path);
  try {
    if (format === 'BMP') return { format, ...(await imageHeader(start)).autoOrient };
    if (format === 'JPEG XL')
      return { format, ...(jxlSize(start) ?? (await imageHeader(await readFile(input))).autoOrient) };
    // Libvips takes only names that are texts.
    const image = sharp(typeof input === 'string' ? input : await readFile(input), { limitInputPixels: false });
    return { format, ...(await image.metadata()).autoOrient };
  } catch (error) {
    if (isScarce(error)) throw error;
    throw new NoPicture(damageOf(await readFile(input)));
  }
}

async function readStart(path: string, length: number): Promise<Uint8Array> {
  await using file = await open(openable(path));
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, 0);
  return buffer.subarray(0, bytesRead);
}

/** A file that is no picture: worth telling only if somebody says it is one. */
function fault(file: FoundFile, reason: string): Checked {
  return file.named || isCalledPicture(file.path) ? { skipped: { path: file.path, reason } } : { other: true };
}

function isCalledPicture(path: string): boolean {
  return PICTURE_EXTENSION.test(extname(path));
}

function relabel(
  pictures: readonly Picture[],
  given: ReadonlyMap<string, string>,
  aliases: readonly Alias[],
  elsewhere: readonly string[],
): { readonly pictures: Picture[]; readonly report: LabelReport } {
  const ids = [...pictures.map(({ id }) => id), ...elsewhere];
  const { labels, report } = matchLabels(given, ids, new Map(aliases.map(({ path, of }) => [path, of])));
  return { pictures: pictures.map((picture) => ({ ...picture, label: labels.get(picture.id) })), report };
}

function sortById(pictures: Picture[]): Picture[] {
  return pictures.sort((a, b) => compare(a.id, b.id));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function quote({ path, reason }: Skipped): string {
  return `${path} (${reason})`;
}
