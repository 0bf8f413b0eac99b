import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import type { RunSpec } from '#src/experiments/experiment.js';
import {
  batchFor,
  fitPlan,
  isWidthAffordable,
  pictureLadder,
  planOf,
  type Request,
  type Speeds,
  type StudyPlan,
  WIDTHS,
} from '#src/experiments/study-plan.js';
import { UNTRAINED } from '#src/experiments/untrained.js';

const RUNS: readonly RunSpec[] = ['a', 'b', 'c'].map((name) => ({ name, label: name, settings: { loss: 'softmax' } }));
const SPECS = [UNTRAINED, ...RUNS];
const NOTHING = { fixed: 0, perRow: 0 };

/** Speeds of a machine that trains `rate` pictures a second at width 8, and half of that with each doubling. */
function speedsOf(rate: number, specs = SPECS, rest: Partial<Speeds> = {}): Speeds {
  return {
    train: Object.fromEntries(WIDTHS.map((width) => [width, width / 8 / rate])),
    loss: Object.fromEntries(specs.map(({ name }) => [name, NOTHING])),
    decode: 1e-4,
    measure: 0,
    start: 1,
    ...rest,
  };
}

function requestOf(minutes: number, pictures = 50_000, specs = SPECS): Request {
  return { specs, available: { pictures, testPictures: Math.round(pictures / 5) }, budget: 60 * minutes };
}

/** Random, but for a given number always the same. */
function* cases(count: number): Generator<[Request, Speeds]> {
  const random = new Random(7, 'sample');
  for (let i = 0; i < count; i++) {
    const speeds = speedsOf(10 ** random.uniform(1.5, 4), SPECS, {
      loss: Object.fromEntries(
        SPECS.map(({ name }) => [name, { fixed: random.uniform(0, 1e-3), perRow: random.uniform(0, 1e-7) }]),
      ),
      decode: random.uniform(0, 1e-3),
      measure: random.uniform(0, 1e-3),
    });
    yield [requestOf(10 ** random.uniform(1, 3), Math.round(10 ** random.uniform(2.5, 5))), speeds];
  }
}

describe('the planner', () => {
  it('fits the budget, whatever the machine and the pictures', () => {
    for (const [request, speeds] of cases(300)) {
      const plan = tryFit(request, speeds);
      if (plan !== undefined) expect(plan.seconds).toBeLessThanOrEqual(request.budget);
    }
  });

  it('would not fit one epoch more, unless it has the published number', () => {
    for (const [request, speeds] of cases(300)) {
      const plan = tryFit(request, speeds);
      if (plan === undefined || plan.epochs === 200) continue;
      expect(planOf(SPECS, { ...plan, epochs: plan.epochs + 1 }, speeds).seconds).toBeGreaterThan(request.budget);
    }
  });

  it('gives all runs the same pictures and steps, and none to speak of to an untrained encoder', () => {
    for (const [request, speeds] of cases(50)) {
      const plan = tryFit(request, speeds);
      if (plan === undefined) continue;
      const [untrained, first, ...others] = plan.runs;
      for (const run of others) expect({ ...run, seconds: 0, spec: 0 }).toEqual({ ...first, seconds: 0, spec: 0 });
      expect(first!.steps).toBe(plan.epochs * Math.ceil(plan.pictures / plan.batch));
      expect(untrained!.steps).toBeLessThan(60 + Math.ceil(plan.pictures / plan.batch));
    }
  });

  it('plans no smaller training with a larger budget', () => {
    let before: StudyPlan | undefined;
    for (const minutes of [10, 20, 40, 80, 160, 320, 640, 1280, 2560]) {
      const plan = fitPlan(requestOf(minutes), speedsOf(1300));
      expect(plan.width).toBeGreaterThanOrEqual(before?.width ?? 0);
      if (plan.width === before?.width) {
        expect(plan.pictures * plan.epochs).toBeGreaterThanOrEqual(before.pictures * before.epochs);
      }
      before = plan;
    }
    expect(before).toMatchObject({ width: 64, pictures: 50_000, testPictures: 10_000 });
  });

  it('takes what 10,000 pictures seen 50 times cost as the measure of the width', () => {
    // 3 runs · 10,000 · 50 = 1.5 million pictures: 1500 s at 1000 a second, twice as long at width 16.
    const speeds = speedsOf(1000);
    expect(isWidthAffordable(requestOf(1500 / 60), speeds, 8)).toBe(false);
    expect(fitPlan(requestOf(1.2 * (1500 / 60)), speeds)).toMatchObject({ width: 8, pictures: 10_000 });
    expect(fitPlan(requestOf(1.2 * (3000 / 60)), speeds).width).toBe(16);
  });

  it('computes a run’s time from its parts', () => {
    const loss = { ...speedsOf(1).loss, a: { fixed: 0.002, perRow: 1e-6 } };
    const speeds = speedsOf(100, SPECS, { loss, decode: 0.001, measure: 0.003 });
    const { runs } = planOf(SPECS, { width: 8, pictures: 1280, testPictures: 500, epochs: 10 }, speeds);
    const training = 10 * 1280 * (0.01 + 0.002 + 1280e-6);
    const epochEnds = 10 * 0.4;
    const measuring = 1780 * (0.001 + 0.01 / 3) + 1280 * 0.003;
    expect(runs.find(({ spec }) => spec.name === 'a')!.seconds).toBeCloseTo(
      1 + 1.28 + training + epochEnds + measuring,
      9,
    );
  });

  it('gives parts of the pictures as many steps as all, by more epochs', () => {
    const parts = [1 / 4, 1].map((fraction) => ({ name: `${fraction}`, label: '', settings: {}, fraction }));
    const size = { width: 8, pictures: 12_800, testPictures: 0, epochs: 10 };
    const [quarter, all] = planOf(parts, size, speedsOf(1000, parts)).runs;
    expect(quarter).toMatchObject({ pictures: 3200, epochs: 40, steps: 1000 });
    expect(all).toMatchObject({ pictures: 12_800, epochs: 10, steps: 1000 });
  });

  it('counts what a run trains when it is measured', () => {
    const [plain, training] = [RUNS[0]!, { ...RUNS[1]!, trainsAfterwards: (pictures: number) => 3 * pictures }];
    const size = { width: 8, pictures: 1000, testPictures: 0, epochs: 1 };
    const [a, b] = planOf([plain, training], size, speedsOf(100)).runs;
    expect(b!.seconds - a!.seconds).toBeCloseTo(30, 9);
  });

  it('says how much is needed at least', () => {
    expect(() => fitPlan(requestOf(0.2), speedsOf(10))).toThrow(/^budget: expected at least \d+ minutes more/);
  });

  it('takes smaller batches of few pictures', () => {
    expect([50_000, 512, 100, 5].map(batchFor)).toEqual([128, 128, 25, 2]);
  });

  it('takes round numbers of pictures, and all', () => {
    expect(pictureLadder(12_345)).toEqual([1000, 2000, 3000, 5000, 7000, 10_000, 12_345]);
    expect(pictureLadder(400)).toEqual([400]);
    expect(pictureLadder(5000)).toEqual([1000, 2000, 3000, 5000]);
  });
});

function tryFit(request: Request, speeds: Speeds): StudyPlan | undefined {
  try {
    return fitPlan(request, speeds);
  } catch (error) {
    expect((error as Error).message).toMatch(/^budget:/);
    return undefined;
  }
}
