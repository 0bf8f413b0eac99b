/** @file What kind of file some bytes are, by how they begin. */

/** Bytes that are enough to tell. */
export const KIND_BYTES = 512;

/** Formats of pictures that are read. */
export const TAKEN = ['JPEG', 'PNG', 'WebP', 'AVIF', 'HEIC', 'JPEG XL', 'GIF', 'TIFF', 'BMP'] as const;
export type Taken = (typeof TAKEN)[number];

/** What is expected, and got in its place, of a file that is none of these. */
export function notTaken(got: string): string {
  return `picture: expected a ${TAKEN.slice(0, -1).join(', ')} or ${TAKEN.at(-1)}, got ${got}.`;
}

/** What is expected, and got in its place, of a picture that cannot be read. @param reason without a full stop */
export function notRead(reason: string): string {
  return `picture: expected one that is whole and of colours, got one that cannot be read: ${reason}.`;
}

/** A kind of file that is not read, and what to say of it. */
interface NotTaken {
  readonly reason: string;
}

const convert = (name: string): NotTaken => ({
  reason: `${name} is not among the formats taken; convert it to PNG`,
});
const other = (name: string): NotTaken => ({ reason: `no picture but ${name}` });

/** How files begin, from the place where it shows. */
const SIGNATURES: readonly (readonly [kind: Taken | NotTaken, begin: string, at?: number])[] = [
  ['JPEG', '\xff\xd8\xff'],
  ['PNG', '\x89PNG\r\n\x1a\n'],
  ['GIF', 'GIF87a'],
  ['GIF', 'GIF89a'],
  ['WebP', 'WEBP', 8],
  ['TIFF', 'II*\0'],
  ['TIFF', 'MM\0*'],
  ['TIFF', 'II+\0'],
  ['TIFF', 'MM\0+'],
  ['JPEG XL', '\xff\x0a'],
  ['JPEG XL', '\0\0\0\x0cJXL '],
  [convert('JPEG 2000'), '\0\0\0\x0cjP  '],
  [convert('JPEG 2000'), '\xff\x4f\xff\x51'],
  [convert('Photoshop'), '8BPS'],
  [convert('OpenEXR'), '\x76\x2f\x31\x01'],
  [convert('FITS'), 'SIMPLE  ='],
  [convert('DICOM'), 'DICM', 128],
  [other('an HDF5 file'), '\x89HDF\r\n\x1a\n'],
  [other('a NumPy array'), '\x93NUMPY'],
  [other('a PDF document'), '%PDF-'],
  [other('a PostScript document'), '%!PS'],
  [other('a video'), '\x1a\x45\xdf\xa3'],
  [other('a video'), 'AVI ', 8],
  [other('a video'), '\0\0\x01\xba'],
  [other('a video'), 'ftyp', 4],
  [other('a ZIP archive'), 'PK\x03\x04'],
  [other('a gzip archive'), '\x1f\x8b'],
  [other('a RAR archive'), 'Rar!\x1a\x07'],
  [other('a 7z archive'), '7z\xbc\xaf\x27\x1c'],
];

const SVG = /<svg[\s>]/i;
const AVIF_BRANDS = ['avif', 'avis'];
const HEIC_BRANDS = ['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'mif1', 'msf1'];

/**
 * The format of a picture, or why it is none that is read. It depends on the first bytes alone.
 *
 * @param start the first `KIND_BYTES` of a file, or all of it
 */
export function kindOf(start: Uint8Array): Taken | NotTaken {
  const text = String.fromCharCode(...start.subarray(0, KIND_BYTES));
  if (text === '') return { reason: 'the file is empty' };
  const known = isoBrand(text) ?? bmp(text) ?? SIGNATURES.find(([, begin, at = 0]) => text.startsWith(begin, at))?.[0];
  if (known !== undefined) return known;
  if (!isText(text)) return { reason: 'no picture: it begins like no format that is known' };
  return SVG.test(text) ? convert('SVG') : other('text');
}

/** AVIF, HEIC and most videos are boxes of one sort; the brands in the first box say which. */
function isoBrand(text: string): 'AVIF' | 'HEIC' | undefined {
  if (!text.startsWith('ftyp', 4)) return undefined;
  const size = (text.charCodeAt(2) << 8) | text.charCodeAt(3);
  const brands = text.slice(8, Math.max(size, 12)).match(/.{4}/gs) ?? [];
  if (brands.some((brand) => AVIF_BRANDS.includes(brand))) return 'AVIF';
  return brands.some((brand) => HEIC_BRANDS.includes(brand)) ? 'HEIC' : undefined;
}

/** Two letters, the length of the file, and four zeros. */
function bmp(text: string): 'BMP' | undefined {
  return text.startsWith('BM') && text.startsWith('\0\0\0\0', 6) ? 'BMP' : undefined;
}

/** Mostly what is on an American keyboard, and no zeros. */
function isText(text: string): boolean {
  return !text.includes('\0') && text.replace(/[^\s\x20-\x7e]/g, '').length > 0.7 * text.length;
}
