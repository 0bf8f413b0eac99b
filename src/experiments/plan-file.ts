/** @file The plan of an experiment as it is kept in its folder, so that the same command goes on with it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { RunError } from '../core/errors.js';
import { refuseNewer } from '../core/newer.js';
import { writeFileAtomic } from '../store/files/atomic.js';
import { makeFolder } from '../store/files/make-folder.js';

const count = z.int().min(0);
const seconds = z.number();

const requestSchema = z.strictObject({
  experiment: z.string(),
  /** Absolute paths. */
  data: z.string(),
  test: z.string().nullable(),
  /** Minutes, or the published size. */
  budget: z.union([z.number().positive(), z.literal('full')]),
  seed: count,
});

/** Raised with its form; what is older then is to be brought to it. */
export const PLAN_VERSION = 1;

const planSchema = z.strictObject({
  version: z.literal(PLAN_VERSION),
  request: requestSchema,
  machine: z.strictObject({ cpu: z.string(), threads: count }),
  /** Seconds a picture; see `Speeds`. */
  speeds: z.strictObject({
    train: z.record(z.string(), seconds),
    loss: z.record(z.string(), z.strictObject({ fixed: seconds, perRow: seconds })),
    decode: seconds,
    measure: seconds,
    start: seconds,
  }),
  /** What measuring them took. */
  measuringSeconds: seconds,
  available: z.strictObject({ pictures: count, testPictures: count, numClasses: count, isHeldOut: z.boolean() }),
  width: count,
  size: count,
  stem: z.enum(['cifar', 'imagenet']),
  pictures: count,
  testPictures: count,
  epochs: count,
  batch: count,
  seconds,
  runs: z.array(
    z.strictObject({
      name: z.string(),
      label: z.string(),
      pictures: count,
      epochs: count,
      steps: count,
      seconds,
    }),
  ),
});

export type ExperimentRequest = z.infer<typeof requestSchema>;
export type ExperimentPlan = z.infer<typeof planSchema>;
export type PlanLine = ExperimentPlan['runs'][number];

const PLAN = 'plan.json';

/**
 * The plan in a folder, if there is one.
 *
 * @throws {RunError} if it is for something else, damaged, or a later version has written it
 */
export async function readPlan(out: string, request: ExperimentRequest): Promise<ExperimentPlan | undefined> {
  const path = join(out, PLAN);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const plan = parse(text, path);
  for (const name of Object.keys(request) as (keyof ExperimentRequest)[]) {
    if (plan.request[name] === request[name]) continue;
    throw new RunError(
      `${out}: expected ${name} ${plan.request[name] ?? 'left out'}, with which the experiment there was planned, got ${request[name] ?? 'none'}. Give that, or another --out.`,
    );
  }
  return plan;
}

function parse(text: string, path: string): ExperimentPlan {
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch {
    // Told below, with what else can be wrong.
  }
  refuseNewer(path, stored, PLAN_VERSION);
  const plan = planSchema.safeParse(stored);
  if (plan.success) return plan.data;
  throw new RunError(`${path}: expected the plan of an experiment, got ${text.slice(0, 80)}. Give another --out.`);
}

export async function writePlan(out: string, plan: ExperimentPlan): Promise<void> {
  await makeFolder(out);
  await writeFileAtomic(join(out, PLAN), `${JSON.stringify(plan, null, 2)}\n`);
}
