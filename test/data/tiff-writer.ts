/** @file Writes TIFF files of any numbers (TIFF 6.0): one strip, not compressed. */

export interface TiffOptions {
  readonly width: number;
  readonly height: number;
  /** Numbers of a pixel; default 1. */
  readonly samples?: number;
  readonly bits: number;
  /** SampleFormat: 1 unsigned, 2 signed, 3 floating-point. */
  readonly format: number;
  /** PhotometricInterpretation; default 1, black is zero. */
  readonly photometric?: number;
  /** ExtraSamples. */
  readonly extra?: readonly number[];
  readonly noData?: string;
  readonly isBigEndian?: boolean;
}

type Entry = readonly [tag: number, type: 2 | 3 | 4, values: readonly number[]];

const TYPE_BYTES = { 2: 1, 3: 2, 4: 4 } as const;
const SETTERS: Readonly<Record<string, (view: DataView, at: number, value: number, little: boolean) => void>> = {
  '8/1': (view, at, value) => view.setUint8(at, value),
  '8/2': (view, at, value) => view.setInt8(at, value),
  '16/1': (view, at, value, little) => view.setUint16(at, value, little),
  '16/2': (view, at, value, little) => view.setInt16(at, value, little),
  '32/1': (view, at, value, little) => view.setUint32(at, value, little),
  '32/2': (view, at, value, little) => view.setInt32(at, value, little),
  '32/3': (view, at, value, little) => view.setFloat32(at, value, little),
  '64/3': (view, at, value, little) => view.setFloat64(at, value, little),
};

/** @param values [height, width, samples] */
export function tiff(values: readonly number[], options: TiffOptions): Buffer {
  const {
    width,
    height,
    samples = 1,
    bits,
    format,
    photometric = 1,
    extra = [],
    noData,
    isBigEndian = false,
  } = options;
  const little = !isBigEndian;
  const numBytes = (values.length * bits) / 8;
  const entries: Entry[] = [
    [256, 4, [width]],
    [257, 4, [height]],
    [258, 3, Array(samples).fill(bits)],
    [259, 3, [1]],
    [262, 3, [photometric]],
    [273, 4, [8]],
    [277, 3, [samples]],
    [278, 4, [height]],
    [279, 4, [numBytes]],
    [284, 3, [1]],
    ...(extra.length > 0 ? ([[338, 3, extra]] as const) : []),
    [339, 3, Array(samples).fill(format)],
    ...(noData === undefined ? [] : ([[42113, 2, [...Buffer.from(`${noData}\0`)]]] as const)),
  ];
  const directory = 8 + numBytes + (numBytes % 2);
  let room = directory + 2 + 12 * entries.length + 4;
  const bytes = Buffer.alloc(room + 256);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  bytes.write(little ? 'II' : 'MM', 'latin1');
  view.setUint16(2, 42, little);
  view.setUint32(4, directory, little);
  for (const [i, value] of values.entries()) SETTERS[`${bits}/${format}`]!(view, 8 + (i * bits) / 8, value, little);
  view.setUint16(directory, entries.length, little);
  for (const [i, [tag, type, list]] of entries.entries()) {
    const at = directory + 2 + 12 * i;
    view.setUint16(at, tag, little);
    view.setUint16(at + 2, type, little);
    view.setUint32(at + 4, list.length, little);
    const isInline = list.length * TYPE_BYTES[type] <= 4;
    const place = isInline ? at + 8 : room;
    if (!isInline) {
      view.setUint32(at + 8, room, little);
      room += list.length * TYPE_BYTES[type] + (list.length % 2);
    }
    for (const [j, value] of list.entries())
      SETTERS[`${8 * TYPE_BYTES[type]}/1`]!(view, place + j * TYPE_BYTES[type], value, little);
  }
  return bytes.subarray(0, room);
}
