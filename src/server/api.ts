/**
 * @file What the service takes and gives, as schemas: they validate requests, describe the OpenAPI document, and give the
 * explorer its types.
 *
 * A picture is named by its *row*, its place in the collection, in [0, numPictures). No path of the file system enters.
 */

import { z } from 'zod';
import { calibrationSchema } from '../collection/duplicates/duplicate-calibration.js';
import { PROPOSAL_K } from '../collection/propose.js';
import type { Settings } from '../method/settings.js';
import { settingsSchema } from '../run/config.js';
import { runUpdateSchema } from '../run/run-update.js';
import { Label, Row } from './row-api.js';

/** The most neighbours that are asked for at once. */
export const MAX_NEIGHBOURS = 1000;

export const ServedPicture = z.object({
  row: Row,
  /** Its path, shortened by what all pictures of the collection have in common. */
  name: z.string(),
  label: z.string().nullable(),
});
export type ServedPicture = z.infer<typeof ServedPicture>;

export const Pictures = z.object({
  /** A page of those asked for, in the order of rows. */
  pictures: z.array(ServedPicture),
  /** Of all pages together. */
  numPictures: z.int(),
});
export type Pictures = z.infer<typeof Pictures>;

export const Neighbour = ServedPicture.extend({
  /** Cosine of the features, in [−1, 1]. */
  similarity: z.number(),
});
export type Neighbour = z.infer<typeof Neighbour>;

/** The nearest pictures, best first. */
export const SearchAnswer = z.object({
  neighbours: z.array(Neighbour),
  /**
   * What the plain pixels would have found, if asked for: cosine of small, centred pictures. Left out as well while
   * all pictures are still being looked at for it; ask again.
   */
  byPixels: z.array(Neighbour).optional(),
  /** Milliseconds that the encoder and the search took. */
  ms: z.object({ encode: z.number(), search: z.number() }),
});
export type SearchAnswer = z.infer<typeof SearchAnswer>;

/** The feature of a picture: a unit vector. */
export const Embedding = z.object({ dim: z.int(), features: z.array(z.number()) });
export type Embedding = z.infer<typeof Embedding>;

/** Everything that determined the training. */
const RunSettings: z.ZodType<Settings> = settingsSchema;

export { PictureFacts, PictureFile } from './facts-api.js';
export { ClusterName, Clusters, DecisionsRequest, LabelChanges, Labels, Stored } from './said-api.js';
export type { Settings };

/** What each picture of the training is told from. */
export const RunLoss = z.object({
  name: z.string(),
  /** What comes after "each picture is". */
  sentence: z.string(),
  /** Crops of each picture that a step sees. */
  views: z.int(),
  usesLabels: z.boolean(),
  /** How many rows each picture is told from, its own included; 0 while pictures are being read. */
  numCompared: z.int(),
  /** What features that know nothing come to, as a number and a formula, if that can be told. */
  guessing: z.object({ nats: z.number(), words: z.string() }).optional(),
  /** What it does differently where the softmax over the bank, and noise-contrastive estimation, are explained. */
  notes: z.object({ probability: z.string().optional(), noise: z.string().optional() }),
});
export type RunLoss = z.infer<typeof RunLoss>;

/** An update of a run's pictures; see RunUpdate in run/run-update.ts. */
export const RunUpdated = runUpdateSchema.pick({
  ...{ number: true, at: true, version: true, step: true, epoch: true, numPictures: true, numLearnt: true },
  ...{ added: true, changed: true, moved: true, removed: true, relabelled: true },
});

export const Run = z.object({
  /** Name of the run's folder. */
  name: z.string(),
  state: z.enum(['training', 'stopped', 'finished']),
  /**
   * Where features come from: the training pictures by the encoder, an index made with `instdisc index`, or, while there
   * are no features, the memory bank of the training.
   */
  source: z.enum(['features', 'bank', 'index']),
  /** Whether there is an index that is not answered from: the run was trained further, or it cannot be read. */
  ignoresIndex: z.boolean().optional(),
  numPictures: z.int(),
  dim: z.int(),
  /** Side of the pictures that the encoder sees, in pixels. */
  size: z.int(),
  /** The encoder that answers: ours by its name, or the file of a network; the latter trained further or as it was. */
  encoder: z.object({
    name: z.string(),
    use: z.enum(['learnt', 'adopted', 'trained']),
    /** Of encoder.onnx; 0 before the first checkpoint. */
    numBytes: z.int(),
  }),
  classes: z.array(z.string()),
  loss: RunLoss,
  settings: RunSettings,
  /** Passes over the pictures, those before updates included. */
  epochs: z.int(),
  /** How its pictures have changed, the oldest first; the newest are the last `numPictures − numLearnt` that no training has seen. */
  updates: z.array(RunUpdated),
});
export type Run = z.infer<typeof Run>;

/** How far a layout is: the first, by principal components, is there at once; UMAP's takes a while. */
export const MapStatus = z.object({
  method: z.enum(['pca', 'umap']),
  /** Of the computation of UMAP's layout, in [0, 1]. */
  progress: z.number(),
});
export type MapStatus = z.infer<typeof MapStatus>;

/**
 * Columns of the map, an Arrow table of one row a picture, in the order of rows:
 * name utf8, label int32 (−1 for none; of Run.classes), x and y float32 (in about [−1, 1]), cluster int32 (−1 for none),
 * density float32 (in [0, 1]), outlier float32 (mean distance to the nearest pictures, in [0, 2]).
 */
export const MAP_COLUMNS = ['name', 'label', 'x', 'y', 'cluster', 'density', 'outlier'] as const;

/** How far the search for the nearest of every picture is, which duplicates and outliers are made from. */
export const NearestStatus = z.object({
  /** In [0, 1]; 0 before anybody has asked for what needs it. */
  progress: z.number(),
});
export type NearestStatus = z.infer<typeof NearestStatus>;

/** A picture of a group, with whether it stays, and why. */
export const DuplicatePicture = ServedPicture.extend({
  stays: z.boolean(),
  reason: z.string(),
  /** What was done to the one that stays to make it, where that is known: `mirrored`, `cropped to 81 %`. */
  relation: z.string().optional(),
});
export type DuplicatePicture = z.infer<typeof DuplicatePicture>;

export const DuplicateGroup = z.object({
  /** The same to the byte or to the pixel, or similar: then every two are, and of several that are the same one is there. */
  kind: z.enum(['same', 'similar']),
  pictures: z.array(DuplicatePicture),
  /** Of the two that are least similar: cosine, or 1 for pictures that are the same. */
  similarity: z.number(),
  /** Whether the files of the group are the same to the byte. */
  exact: z.boolean(),
  /** Whether somebody has said that all of its pictures stay. */
  isDecided: z.boolean(),
});
export type DuplicateGroup = z.infer<typeof DuplicateGroup>;

export const Duplicates = z.object({
  threshold: z.number(),
  /** The threshold where none is given, and how well it does; absent while a memory bank answers. */
  calibration: calibrationSchema.optional(),
  numGroups: z.int(),
  /** Pictures that could go if one of each group stayed. */
  numSpare: z.int(),
  /** Groups all of whose pictures are to stay, as somebody has said; they are given only if asked for. */
  numDecided: z.int(),
  /** A page of the groups: those of the same pictures first, of each kind the largest first. */
  groups: z.array(DuplicateGroup),
  /** For the slider: pairs at least as similar as each threshold. */
  pairsAt: z.array(z.object({ threshold: z.number(), numPairs: z.int() })),
});
export type Duplicates = z.infer<typeof Duplicates>;

export const Outliers = z.object({
  /** Most isolated first. */
  pictures: z.array(ServedPicture.extend({ outlier: z.number() })),
});
export type Outliers = z.infer<typeof Outliers>;

export const ClassifyRequest = z.object({
  labels: z.array(z.object({ row: Row, label: Label })).min(1),
  /** Neighbours that vote. */
  k: z.int().min(1).max(MAX_NEIGHBOURS).default(PROPOSAL_K),
  /** Temperature of the votes; default that of the training. */
  tau: z.number().positive().max(10).optional(),
});
export type ClassifyRequest = z.infer<typeof ClassifyRequest>;

export const Proposal = ServedPicture.extend({
  proposal: z.string(),
  /** Share of the votes, in [0, 1]. */
  confidence: z.number(),
  /** Share of the second most voted label. */
  runnerUp: z.object({ label: z.string(), confidence: z.number() }).nullable(),
});
export type Proposal = z.infer<typeof Proposal>;

export const Proposals = z.object({
  classes: z.array(z.string()),
  /** How many pictures are proposed each class, in the order of `classes`. */
  counts: z.array(z.int()),
  /** A page of the proposals, the most doubtful first. */
  proposals: z.array(Proposal),
  numProposals: z.int(),
});
export type Proposals = z.infer<typeof Proposals>;

/**
 * What the method sees of one training picture: v is the feature of its first view, v_i its row of the bank, i the
 * picture. Every number is exact, in float64, over all rows of the bank; of pictures those in the collection are shown.
 */
export const Explanation = z.object({
  picture: ServedPicture,
  /** Temperature τ of the training. */
  tau: z.number(),
  /** Rows of the bank, n. */
  numRows: z.int(),
  /** Counted from 1: the views are those that training draws for the picture in this epoch. */
  epoch: z.int(),
  /** Augmented views, as PNG data URLs, each with the cosines of its feature with v_i and with v. */
  views: z.array(z.object({ image: z.string(), similarity: z.number(), toFirst: z.number() })),
  /** v and v_i, unit vectors of `dim` numbers. */
  feature: z.array(z.number()),
  bankRow: z.array(z.number()),
  /** The bank rows with the largest P(i|v). */
  top: z.array(Neighbour.extend({ probability: z.number() })),
  /** v_i·v, P(i|v) of the picture's own row, and its rank from 1. */
  own: z.object({ similarity: z.number(), probability: z.number(), rank: z.int() }),
  /** Rows by v_j·v: counts in equal bins over [−1, 1]. */
  histogram: z.array(z.int()),
  /** log Z = log Σ_j exp(v_j·v/τ) over all rows. */
  logZ: z.number(),
  /** The same at other temperatures, ascending, τ of the training among them. */
  logZAt: z.array(z.object({ tau: z.number(), logZ: z.number() })),
  /** −log P(i|v), in nats, and ln n, what features that know nothing reach. */
  loss: z.number(),
  logN: z.number(),
  /** Negatives drawn, m. */
  numNegatives: z.int(),
  /** The negatives, drawn uniformly, with h(i,v), the posterior that a row is the picture's rather than noise (eq. 6). */
  negatives: z.array(Neighbour.extend({ h: z.number() })),
  /** h(i,v) of the picture's own row with as many negatives. */
  ownH: z.number(),
});
export type Explanation = z.infer<typeof Explanation>;

/** The body of every answer that is no success. */
export const Problem = z.object({
  /** `subject: expected X, got Y`, and what to do. */
  error: z.string(),
});
export type Problem = z.infer<typeof Problem>;
