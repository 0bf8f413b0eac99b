/** @file The checks of a whole training step, the same for every backend. */
import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import type { NamedBackend } from '../backends.js';
import { dot } from '../gradients/check.js';
import { TOLERANCES } from '../tolerances.js';
import { buildScenario, drawNumbers, gradientsOf, openStep, oracleStep } from './scenario-steps.js';
import type { Scenario } from './scenarios.js';
import type { StepResult } from './step.js';
import { relativeError } from './tensor.js';

/** Seeds for which no input of a ReLU is so near zero that rounding, or the small step, takes it to the other side. */
const SEED = 1805;
const DERIVATIVE_SEED = 2;

/** The oracle is slow, and the same for every backend. */
const oracles = new Map<Scenario, StepResult>();

/** Declares, for each scenario, a comparison of one step with the float64 oracle, tensor by tensor. */
export function describeStep({ name, backend }: NamedBackend, scenarios: readonly Scenario[]): void {
  const { network, loss: nats } = TOLERANCES.float32;
  describe(`the training step on ${name}, seed ${SEED}`, () => {
    for (const scenario of scenarios) {
      it(`${scenario.name}: loss, gradients, update, statistics and bank rows equal the float64 oracle's`, async () => {
        const step = buildScenario(scenario);
        const numbers = drawNumbers(scenario, step, SEED);
        const expected = oracles.get(scenario) ?? oracleStep(scenario, step, numbers);
        oracles.set(scenario, expected);
        const running = await openStep(step, numbers, backend);
        await running.run();

        expect(Math.abs(running.outputs['loss']![0]! - expected.loss), 'loss').toBeLessThan(nats);
        expect(Math.abs(running.outputs['similarity']![0]! - expected.similarity), 'similarity').toBeLessThan(nats);
        const errors = new Map<string, number>();
        for (const output of ['features', 'rows'] as const) {
          errors.set(output, relativeError(running.outputs[output]!, expected[output].data));
        }
        const gradients = gradientsOf(running, numbers, step);
        const total = Math.sqrt(
          Array.from(expected.gradients.values()).reduce((s, { data }) => s + dot(data, data), 0),
        );
        for (const [parameter, values] of gradients) {
          const exact = expected.gradients.get(parameter)!.data;
          // A bias before a normalisation has no gradient; what rounding leaves is measured by the other gradients.
          const vanishes = Math.sqrt(dot(exact, exact)) < 1e-9 * total;
          errors.set(
            `gradient of ${parameter}`,
            vanishes ? Math.sqrt(dot(values, values)) / total : relativeError(values, exact),
          );
        }
        for (const [tensor, values] of expected.next) {
          errors.set(`next ${tensor}`, relativeError(running.state.get(tensor)!, values));
        }
        await running.release();

        expect(
          Array.from(errors).filter(([, error]) => !(error < network)),
          'tensors too far from the oracle',
        ).toEqual([]);
        expect([...gradients.keys()].sort()).toEqual([...expected.gradients.keys()].sort());
      });
    }
  });
}

/**
 * Declares a comparison of the whole step's gradient with the central difference of its loss.
 *
 * The direction is random in each tensor, of the tensor's own size, plus the gradient's own direction: the one sees an
 * error anywhere, the other lifts the difference above the rounding of a float32 loss.
 */
export function describeStepDerivative({ name, backend }: NamedBackend, scenario: Scenario): void {
  const { lossStep: distance, lossDerivative } = TOLERANCES.float32;
  it(`${scenario.name} on ${name}: the loss changes as its gradients say, seed ${DERIVATIVE_SEED}`, async () => {
    const step = buildScenario(scenario);
    const numbers = drawNumbers(scenario, step, DERIVATIVE_SEED);
    const running = await openStep(step, numbers, backend, 0);
    await running.run();
    const gradients = gradientsOf(running, numbers, step);
    const directions = new Map<string, Float64Array>();
    for (const [position, [parameter, gradient]] of [...gradients].entries()) {
      const random = new Random(DERIVATIVE_SEED, 'draw', position);
      const size = Math.sqrt(dot(numbers.state.get(parameter)!, numbers.state.get(parameter)!));
      const length = Math.sqrt(dot(gradient, gradient));
      directions.set(
        parameter,
        gradient.map((g) => size * (g / length + random.normal() / Math.sqrt(gradient.length))),
      );
    }
    const moved = (t: number): Map<string, Float32Array> =>
      new Map(
        Array.from(directions, ([parameter, direction]) => {
          const from = numbers.state.get(parameter)!;
          return [parameter, Float32Array.from(direction, (d, i) => from[i]! + t * d)];
        }),
      );
    const lossAt = async (parameters: ReadonlyMap<string, Float32Array>): Promise<number> => {
      for (const [parameter, values] of parameters) running.state.get(parameter)!.set(values);
      await running.run();
      return running.outputs['loss']![0]!;
    };
    const [ahead, behind] = [moved(distance), moved(-distance)];
    const numeric = (await lossAt(ahead)) - (await lossAt(behind));
    // Of the distance as float32 parameters have really moved it.
    const exact = Array.from(ahead).reduce((s, [parameter, values]) => {
      const way = values.map((value, i) => value - behind.get(parameter)![i]!);
      return s + dot(way, gradients.get(parameter)!);
    }, 0);
    await running.release();
    expect(Math.abs(numeric / exact - 1)).toBeLessThan(lossDerivative);
  });
}
