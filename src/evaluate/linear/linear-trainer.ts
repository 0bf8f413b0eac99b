/** @file Trains linear classifiers on features: multinomial logistic regression and support vector machines. */
import { setImmediate } from 'node:timers/promises';
import type { Backend } from '../../runtime/device.js';
import { BlockLoss } from './block-loss.js';
import { factorize, solve } from './cholesky.js';
import type { LabelledFeatures, LinearProblem } from './linear-problem.js';
import { minimize } from './minimize.js';

/** Rows to learn from, with what is known of their spread. */
export interface TrainingSet extends LabelledFeatures {
  /** float64[dim + 1, dim + 1]: mean over the rows x of [x, 1]ᵀ·[x, 1]. */
  readonly gram: Float64Array;
}

/** The class of x is the one of largest score weight·x + bias. */
export interface LinearClassifier {
  /** float64[numClasses, dim + 1]: of each class its weights, and then its bias. */
  readonly parameters: Float64Array;
  readonly iterations: number;
  /** Whether the gradient came down as far as was asked for. */
  readonly isConverged: boolean;
}

export interface LinearTrainOptions {
  /** Weight of the rows' losses against that of short weights, > 0. */
  readonly c: number;
  /** A classifier that is nearly right, such as that of a neighbouring `c`. */
  readonly start?: LinearClassifier;
  /** Length of the gradient, as a part of that of the classifier which is zero; default 1e-4. */
  readonly tolerance?: number;
  readonly signal?: AbortSignal;
}

const TOLERANCE = 1e-4;

/** Added to the diagonal of what is factorized, as a part of it: it was summed in float32. */
const ROUNDING = 1e-6;

/** Fits classifiers of one kind and shape. Build each once: it holds a compiled graph. */
export class LinearTrainer {
  readonly #problem: LinearProblem;
  readonly #loss: BlockLoss;

  private constructor(problem: LinearProblem, loss: BlockLoss) {
    this.#problem = problem;
    this.#loss = loss;
  }

  static async create(problem: LinearProblem, backend: Backend): Promise<LinearTrainer> {
    return new LinearTrainer(problem, await BlockLoss.create(problem, backend));
  }

  async trainingSet({ features, labels }: LabelledFeatures): Promise<TrainingSet> {
    return { features, labels, gram: await this.#loss.gram(features) };
  }

  /**
   * Minimises ½·Σ‖w_c‖² + C·Σ_i loss_i over weights and biases; the biases are not held short.
   *
   * @throws the signal's reason
   */
  async train(
    set: TrainingSet,
    { c, start, tolerance = TOLERANCE, signal }: LinearTrainOptions,
  ): Promise<LinearClassifier> {
    const { dim, numClasses } = this.#problem;
    const zero = new Float64Array(numClasses * (dim + 1));
    // Divided by C·n, which moves no minimum, all numbers are of the size of one row's.
    const decay = 1 / (c * set.labels.length);
    const objective = async (parameters: Float64Array, gradient: Float64Array): Promise<number> => {
      // The runtime blocks its thread; here a signal can arrive.
      await setImmediate();
      signal?.throwIfAborted();
      let value = await this.#loss.mean(set, parameters, gradient);
      for (let start = 0; start < parameters.length; start += dim + 1) {
        for (let i = start; i < start + dim; i++) {
          value += (decay / 2) * parameters[i]! ** 2;
          gradient[i]! += decay * parameters[i]!;
        }
      }
      return value;
    };
    const steepest = new Float64Array(zero.length);
    await objective(zero, steepest);
    const { x, iterations, isConverged } = await minimize(objective, start?.parameters ?? zero, {
      tolerance: tolerance * Math.sqrt(steepest.reduce((sum, slope) => sum + slope * slope, 0)),
      precondition: this.#preconditioner(set.gram, decay),
    });
    return { parameters: x, iterations, isConverged };
  }

  /** @returns float32[n, numClasses] */
  scores({ parameters }: LinearClassifier, features: Float32Array): Promise<Float32Array> {
    return this.#loss.scores(parameters, features);
  }

  async release(): Promise<void> {
    await this.#loss.release();
  }

  /**
   * Divides by the second derivatives of the objective at zero: there all rows weigh the same, so that these are the
   * spread of the rows, for every class, and a first step with them is Newton's.
   */
  #preconditioner(gram: Float64Array, decay: number): (vector: Float64Array) => void {
    const { kind, dim, numClasses } = this.#problem;
    const n = dim + 1;
    const perRow = kind === 'svm' ? 2 : 1 / numClasses;
    const factor = gram.map((product) => perRow * product);
    for (let i = 0; i < n; i++) factor[i * (n + 1)] = factor[i * (n + 1)]! * (1 + ROUNDING) + (i < dim ? decay : 0);
    factorize(factor, n);
    return (vector) => {
      for (let start = 0; start < vector.length; start += n) solve(factor, n, vector.subarray(start, start + n));
    };
  }
}
