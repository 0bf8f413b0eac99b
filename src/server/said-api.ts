/** @file What people say of pictures, and the run remembers, as schemas; `api.ts` gives them along with the others. */
import { z } from 'zod';
import { Label, Row } from './row-api.js';

/** Pictures of one request at most. */
const MAX_ROWS = 1000;

export const DecisionsRequest = z.object({
  /** Groups all of whose pictures are to stay, or no longer so. */
  groups: z
    .array(
      z.object({
        kind: z.enum(['same', 'similar']),
        rows: z.array(Row).min(1).max(MAX_ROWS),
        keepAll: z.boolean(),
      }),
    )
    .max(MAX_ROWS)
    .default([]),
  /** Whether pictures are to stay; null for what the rules say. */
  marks: z
    .array(z.object({ row: Row, stays: z.boolean().nullable() }))
    .max(MAX_ROWS)
    .default([]),
});
export type DecisionsRequest = z.infer<typeof DecisionsRequest>;

export const Labels = z.object({ labels: z.array(z.object({ row: Row, label: z.string() })) });
export type Labels = z.infer<typeof Labels>;

export const LabelChanges = z.object({
  /** Null takes a label away. */
  changes: z.array(z.object({ row: Row, label: Label.nullable() })),
  /** Whether labels that are there stay as they are. */
  onlyNew: z.boolean().default(false),
});
export type LabelChanges = z.infer<typeof LabelChanges>;

export const Clusters = z.object({
  /** The largest first. */
  clusters: z.array(
    z.object({
      /** Its number in the column `cluster` of the map. */
      cluster: z.int(),
      /** What somebody has called it. */
      name: z.string().nullable(),
      numPictures: z.int(),
      /** The picture nearest to the mean of its features. */
      typical: Row,
    }),
  ),
});
export type Clusters = z.infer<typeof Clusters>;

/** Null takes the name away. */
export const ClusterName = z.object({ cluster: Row, name: Label.nullable() });
export type ClusterName = z.infer<typeof ClusterName>;

/** That it is remembered. */
export const Stored = z.object({ stored: z.boolean() });
export type Stored = z.infer<typeof Stored>;
