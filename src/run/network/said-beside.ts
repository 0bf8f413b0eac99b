/** @file What the files say that lie beside a network: those of transformers, timm and OpenCLIP. */
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { DataError } from '../../core/errors.js';
import { AS_IMAGENET, inUnits, type SaidForm, type ShownForm } from './picture-form.js';

const side = z.number().positive();
const three = z.tuple([z.number(), z.number(), z.number()]);
/** One number stands for three. */
const perChannel = z.union([three, z.number().transform((x): [number, number, number] => [x, x, x])]);
const extent = z.union([
  side.transform((x) => ({ shortest_edge: x, height: undefined, width: undefined })),
  z.looseObject({ shortest_edge: side.optional(), height: side.optional(), width: side.optional() }),
]);

/** `preprocessor_config.json` of transformers, and of transformers.js. */
const processor = z.looseObject({
  image_mean: perChannel.nullish(),
  image_std: perChannel.nullish(),
  do_normalize: z.boolean().default(true),
  do_rescale: z.boolean().default(true),
  rescale_factor: z
    .number()
    .positive()
    .default(1 / 255),
  size: extent.nullish(),
  crop_size: extent.nullish(),
  do_center_crop: z.boolean().nullish(),
  crop_pct: z.number().positive().max(1).nullish(),
  resample: z.number().nullish(),
});

/** Of timm's `config.json`. */
const timm = z.looseObject({
  mean: perChannel.optional(),
  std: perChannel.optional(),
  input_size: z.tuple([z.number(), side, side]).optional(),
  crop_pct: z.number().positive().max(1).optional(),
  interpolation: z.string().optional(),
});
const timmConfig = z.looseObject({ pretrained_cfg: timm });
/** Transformers' `config.json` knows of pictures nothing but their size. */
const modelConfig = z.looseObject({ image_size: side });

/** `open_clip_config.json`. */
const openClip = z.looseObject({
  preprocess_cfg: z.looseObject({
    mean: perChannel.optional(),
    std: perChannel.optional(),
    size: z.union([side, z.tuple([side, side])]).optional(),
    interpolation: z.string().optional(),
    resize_mode: z.string().optional(),
  }),
  model_cfg: z.looseObject({ vision_cfg: z.looseObject({ image_size: side.optional() }) }).optional(),
});

/** Pillow's numbers of filters. */
const PILLOW: Readonly<Record<number, string>> = { 0: 'nearest', 1: 'lanczos', 2: 'bilinear', 3: 'bicubic' };

type Said = Omit<SaidForm, 'source'>;
type Reader = (json: unknown) => Said | undefined;

/** By the name of the file, in the order in which they are looked for. */
const READERS: readonly (readonly [string, Reader])[] = [
  ['preprocessor_config.json', fromProcessor],
  ['open_clip_config.json', fromOpenClip],
  ['config.json', fromConfig],
];

/**
 * What a file beside a network says of its pictures; of a network in a folder `onnx`, as transformers.js has them, also
 * one in the folder around it.
 *
 * @returns undefined if none says anything
 * @throws {DataError} if such a file cannot be read, or says something else where the pictures should be
 */
export async function saidBeside(networkPath: string): Promise<SaidForm | undefined> {
  const folder = dirname(networkPath);
  for (const place of basename(folder) === 'onnx' ? [folder, dirname(folder)] : [folder]) {
    for (const [name, read] of READERS) {
      const path = join(place, name);
      const json = await readJson(path);
      const said = json === undefined ? undefined : read(json);
      if (said !== undefined) return { ...said, source: path };
    }
  }
  return undefined;
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'EISDIR') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DataError(
      `${path}: expected JSON that says how pictures are prepared, got: ${(error as Error).message}. Repair it, or take it away and say it by flags.`,
    );
  }
}

function fromProcessor(json: unknown): Said | undefined {
  const { data: said } = processor.safeParse(json);
  if (said === undefined || (said.size == null && said.image_mean == null)) return undefined;
  const { crop_pct: part, do_center_crop: isCropped = said.crop_size != null } = said;
  const notes: string[] = [];
  const [resized, cropped] = [sidesOf(said.size, notes), isCropped ? sidesOf(said.crop_size, notes) : undefined];
  // ConvNeXt's: the short side is larger than the crop by this.
  const size = cropped ?? resized;
  const resize = part != null && cropped === undefined && size !== undefined ? Math.floor(size / part) : resized;
  if (cropped === undefined && said.size?.height !== undefined) {
    notes.push('pictures were squeezed into a square; here the middle of them is taken, in their own shape');
  }
  return {
    form: {
      ...(size !== undefined && { size }),
      ...(size !== undefined && resize !== undefined && { resize: Math.max(size, resize) }),
      ...interpolationOf(said.resample == null ? undefined : PILLOW[said.resample], notes),
      ...inUnits({
        scale: said.do_rescale ? said.rescale_factor : 1,
        mean: said.do_normalize ? (said.image_mean ?? toThree(AS_IMAGENET.mean)) : [0, 0, 0],
        std: said.do_normalize ? (said.image_std ?? toThree(AS_IMAGENET.std)) : [1, 1, 1],
      }),
    },
    notes,
  };
}

function fromConfig(json: unknown): Said | undefined {
  const { data: config } = timmConfig.safeParse(json);
  if (config !== undefined) return fromTimm(config.pretrained_cfg);
  const { data: model } = modelConfig.safeParse(json);
  return model && { form: { size: model.image_size, resize: model.image_size }, notes: [] };
}

function fromTimm({ mean, std, input_size, crop_pct = 1, interpolation }: z.output<typeof timm>): Said {
  const notes: string[] = [];
  const size = input_size?.[1];
  return {
    form: {
      ...(size !== undefined && { size, resize: Math.floor(size / crop_pct) }),
      ...interpolationOf(interpolation, notes),
      ...(mean && { mean }),
      ...(std && { std }),
    },
    notes,
  };
}

function fromOpenClip(json: unknown): Said | undefined {
  const { data } = openClip.safeParse(json);
  if (data === undefined) return undefined;
  const { mean, std, interpolation, resize_mode: mode } = data.preprocess_cfg;
  const given = data.preprocess_cfg.size ?? data.model_cfg?.vision_cfg.image_size;
  const size = typeof given === 'object' ? given[0] : given;
  const notes = mode === 'squash' ? ['pictures were squeezed into a square; here the middle of them is taken'] : [];
  return {
    form: {
      ...(size !== undefined && { size, resize: size }),
      ...interpolationOf(interpolation ?? 'bicubic', notes),
      ...(mean && { mean }),
      ...(std && { std }),
    },
    notes,
  };
}

/** One side: pictures here are square. */
function sidesOf(of: z.output<typeof extent> | null | undefined, notes: string[]): number | undefined {
  const { shortest_edge: short, height, width } = of ?? {};
  if (height !== undefined && width !== undefined && height !== width) {
    notes.push(`pictures of ${height} × ${width} pixels were meant; here they are square`);
  }
  return short ?? height;
}

function interpolationOf(name: string | undefined, notes: string[]): Pick<ShownForm, 'interpolation'> | undefined {
  if (name === undefined || name === 'bilinear' || name === 'random') return undefined;
  if (name === 'bicubic') return { interpolation: name };
  notes.push(`pictures were resized by the filter ${name}; here it is bicubic`);
  return { interpolation: 'bicubic' };
}

function toThree(numbers: readonly [number, number, number]): [number, number, number] {
  return [...numbers];
}
