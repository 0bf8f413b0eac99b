/** @file The plan of an experiment as it is kept in its folder, so that the same command goes on with it. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { RunError } from '../core/errors.js';
import { writeFileAtomic } from '../store/files/atomic.js';

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

const planSchema = z.strictObject({
  version: z.literal(1),
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
 * @throws {RunError} if it is for something else, or damaged
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
  try {
    return planSchema.parse(JSON.parse(text));
  } catch {
    throw new RunError(`${path}: expected the plan of an experiment, got ${text.slice(0, 80)}. Give another --out.`);
  }
}

export async function writePlan(out: string, plan: ExperimentPlan): Promise<void> {
  await mkdir(out, { recursive: true });
  await writeFileAtomic(join(out, PLAN), `${JSON.stringify(plan, null, 2)}\n`);
}
