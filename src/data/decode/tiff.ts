/** @file What a TIFF file says of its first picture: the sort of its numbers and where they lie (TIFF 6.0, BigTIFF). */

/** A field of the picture, as whole numbers, and the place where the first of them is written. */
interface Field {
  readonly values: readonly number[];
  readonly at: number;
}

export interface TiffPicture {
  readonly isLittleEndian: boolean;
  /** Bits of a number. */
  readonly bits: number;
  /** Numbers of a pixel. */
  readonly samples: number;
  /** SampleFormat: 1 unsigned, 2 signed, 3 floating-point, 5 and 6 complex. */
  readonly format: number;
  /** PhotometricInterpretation: 0 white is zero, 1 black is zero, 2 RGB, 3 palette, 5 CMYK, 6 YCbCr, 8 Lab. */
  readonly photometric: number;
  /** ExtraSamples: 1 and 2 are transparency, 0 is anything. */
  readonly extra: readonly number[];
  /** The number that stands for no measurement, as GDAL writes it. */
  readonly noData: number | undefined;
  /** Where photometric and format are written, two bytes each. */
  readonly photometricAt: number;
  readonly formatAt: number | undefined;
  /** Whether all its strips or tiles lie within the file. */
  readonly isWhole: boolean;
}

const BITS = 258;
const PHOTOMETRIC = 262;
const STRIP_OFFSETS = 273;
const SAMPLES = 277;
const STRIP_BYTES = 279;
const TILE_OFFSETS = 324;
const TILE_BYTES = 325;
const EXTRA = 338;
const FORMAT = 339;
const GDAL_NODATA = 42113;

/** Values of SampleFormat. */
export const SIGNED = 2;
export const FLOAT = 3;

/** Bytes of a value, by type: byte, ASCII, short, long, and long8 of BigTIFF. */
const TYPE_BYTES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 16: 8 };

/** @returns undefined if this is no TIFF file, or one whose directory cannot be read */
export function readTiff(bytes: Uint8Array): TiffPicture | undefined {
  try {
    return readPicture(new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
  } catch (error) {
    if (error instanceof RangeError) return undefined; // It points outside the file.
    throw error;
  }
}

/**
 * Why the numbers of a TIFF file are not read.
 *
 * @returns undefined if they are
 */
export function unreadableNumbers({ bits, format }: TiffPicture): string | undefined {
  const sort = format === FLOAT ? 'floating-point' : format > FLOAT ? 'complex' : 'whole';
  const isRead = sort === 'floating-point' ? bits === 32 : sort === 'whole' && [1, 2, 4, 8, 16, 32].includes(bits);
  if (isRead) return undefined;
  return `TIFF of ${bits}-bit ${sort} numbers is not among the formats taken; convert it to 32-bit floating-point or 16-bit whole numbers`;
}

/** Whether a TIFF file points to what is not there any more. */
export function isTiffCutShort(bytes: Uint8Array): boolean {
  try {
    return readPicture(new DataView(bytes.buffer, bytes.byteOffset, bytes.length))?.isWhole === false;
  } catch (error) {
    if (error instanceof RangeError) return true;
    throw error;
  }
}

function readPicture(view: DataView): TiffPicture | undefined {
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return undefined;
  const isLittleEndian = order === 0x4949;
  const version = view.getUint16(2, isLittleEndian);
  if (version !== 42 && version !== 43) return undefined;
  const fields = readDirectory(view, isLittleEndian, version === 43);
  const number = (tag: number, otherwise: number): number => fields.get(tag)?.values[0] ?? otherwise;
  const photometric = fields.get(PHOTOMETRIC);
  if (photometric === undefined) return undefined;
  const noData = String.fromCharCode(...(fields.get(GDAL_NODATA)?.values ?? [])).replace(/\0.*$/, '');
  return {
    isLittleEndian,
    bits: number(BITS, 1),
    samples: number(SAMPLES, 1),
    format: number(FORMAT, 1),
    photometric: photometric.values[0]!,
    extra: fields.get(EXTRA)?.values ?? [],
    noData: noData.trim() === '' ? undefined : Number(noData),
    photometricAt: photometric.at,
    formatAt: fields.get(FORMAT)?.at,
    isWhole: isWhole(fields, view.byteLength),
  };
}

function readDirectory(view: DataView, isLittle: boolean, isBig: boolean): Map<number, Field> {
  const word = (at: number): number => (isBig ? Number(view.getBigUint64(at, isLittle)) : view.getUint32(at, isLittle));
  const start = word(isBig ? 8 : 4);
  const count = isBig ? word(start) : view.getUint16(start, isLittle);
  const [head, entry, inline] = isBig ? [8, 20, 8] : [2, 12, 4];
  const fields = new Map<number, Field>();
  for (let i = 0; i < Math.min(count, 4096); i++) {
    const at = start + head + i * entry;
    const bytes = TYPE_BYTES[view.getUint16(at + 2, isLittle)];
    if (bytes === undefined) continue;
    const numValues = word(at + 4);
    const place = at + entry - inline;
    const valuesAt = numValues * bytes <= inline ? place : word(place);
    if (valuesAt + numValues * bytes > view.byteLength) throw new RangeError('a field outside the file');
    const values = Array.from({ length: numValues }, (_, j) => readNumber(view, valuesAt + j * bytes, bytes, isLittle));
    fields.set(view.getUint16(at, isLittle), { values, at: valuesAt });
  }
  return fields;
}

function readNumber(view: DataView, at: number, bytes: number, isLittle: boolean): number {
  if (bytes === 1) return view.getUint8(at);
  if (bytes === 2) return view.getUint16(at, isLittle);
  return bytes === 4 ? view.getUint32(at, isLittle) : Number(view.getBigUint64(at, isLittle));
}

function isWhole(fields: ReadonlyMap<number, Field>, length: number): boolean {
  const offsets = fields.get(STRIP_OFFSETS) ?? fields.get(TILE_OFFSETS);
  const counts = fields.get(STRIP_BYTES) ?? fields.get(TILE_BYTES);
  return (offsets?.values ?? []).every((offset, i) => offset + (counts?.values[i] ?? 0) <= length);
}
