/** @file The loss of a linear classifier over many rows, by a graph that takes a block of them. */
import { grad } from '../../graph/grad.js';
import { add } from '../../graph/ops/elementwise.js';
import { matmul } from '../../graph/ops/linear.js';
import { input, type Outputs } from '../../graph/value.js';
import type { Backend } from '../../runtime/device.js';
import { Program } from '../../runtime/program.js';
import { linearLoss, TARGETS } from './linear-loss.js';
import type { LabelledFeatures, LinearProblem } from './linear-problem.js';

/** Large enough for fast products, small enough that sums within it keep most digits of float32. */
const MAX_BLOCK = 2048;

interface Block {
  /** float32[block, dim]; zeros behind the last row. */
  readonly rows: Float32Array;
  readonly first: number;
  readonly count: number;
}

export class BlockLoss {
  readonly #problem: LinearProblem;
  readonly #block: number;
  readonly #program: Program;
  readonly #products: Program;

  private constructor(problem: LinearProblem, block: number, program: Program, products: Program) {
    this.#problem = problem;
    this.#block = block;
    this.#program = program;
    this.#products = products;
  }

  static async create(problem: LinearProblem, backend: Backend): Promise<BlockLoss> {
    const block = Math.min(MAX_BLOCK, problem.numRows);
    const rows = input('rows', [block, problem.dim]);
    const products = await Program.create({ products: matmul(rows, rows, { transA: true }) }, backend);
    return new BlockLoss(problem, block, await Program.create(lossGraph(problem, block), backend), products);
  }

  /**
   * Mean loss over the rows.
   *
   * @param parameters float64[numClasses, dim + 1]
   * @param gradient of the same shape, written
   */
  async mean(
    { features, labels }: LabelledFeatures,
    parameters: Float64Array,
    gradient: Float64Array,
  ): Promise<number> {
    const { kind, dim, numClasses } = this.#problem;
    const { own, other } = TARGETS[kind];
    const targets = new Float32Array(this.#block * numClasses);
    const classifier = this.#split(parameters);
    let value = 0;
    gradient.fill(0);
    for (const { rows, first, count } of this.#blocks(features)) {
      targets.fill(0).fill(other, 0, count * numClasses);
      for (let row = 0; row < count; row++) targets[row * numClasses + labels[first + row]!] = own;
      const { loss, dweight, dbias } = await this.#program.run({ rows, targets, ...classifier });
      value += loss![0]! / labels.length;
      for (let c = 0; c < numClasses; c++) {
        const start = c * (dim + 1);
        for (let i = 0; i < dim; i++) gradient[start + i]! += dweight![c * dim + i]! / labels.length;
        gradient[start + dim]! += dbias![c]! / labels.length;
      }
    }
    return value;
  }

  /** @returns float32[n, numClasses] */
  async scores(parameters: Float64Array, features: Float32Array): Promise<Float32Array> {
    const { dim, numClasses } = this.#problem;
    const classifier = this.#split(parameters);
    const targets = new Float32Array(this.#block * numClasses);
    const all = new Float32Array((features.length / dim) * numClasses);
    for (const { rows, first, count } of this.#blocks(features)) {
      const { scores } = await this.#program.run({ rows, targets, ...classifier });
      all.set(scores!.subarray(0, count * numClasses), first * numClasses);
    }
    return all;
  }

  /** See TrainingSet. */
  async gram(features: Float32Array): Promise<Float64Array> {
    const { dim } = this.#problem;
    const n = dim + 1;
    const numRows = features.length / dim;
    const gram = new Float64Array(n * n);
    for (const { rows } of this.#blocks(features)) {
      const { products } = await this.#products.run({ rows });
      for (let i = 0; i < dim; i++) {
        for (let j = 0; j < dim; j++) gram[i * n + j]! += products![i * dim + j]! / numRows;
      }
    }
    for (let i = 0; i < features.length; i++) gram[dim * n + (i % dim)]! += features[i]! / numRows;
    for (let i = 0; i < dim; i++) gram[i * n + dim] = gram[dim * n + i]!;
    gram[dim * n + dim] = 1;
    return gram;
  }

  async release(): Promise<void> {
    await this.#program.release();
    await this.#products.release();
  }

  *#blocks(features: Float32Array): Generator<Block> {
    const { dim } = this.#problem;
    for (let first = 0; first * dim < features.length; first += this.#block) {
      const rows = features.subarray(first * dim, (first + this.#block) * dim);
      const count = rows.length / dim;
      if (count === this.#block) yield { rows, first, count };
      else {
        const padded = new Float32Array(this.#block * dim);
        padded.set(rows);
        yield { rows: padded, first, count };
      }
    }
  }

  #split(parameters: Float64Array): { weight: Float32Array; bias: Float32Array } {
    const n = this.#problem.dim + 1;
    const isBias = (i: number): boolean => i % n === n - 1;
    return {
      weight: Float32Array.from(parameters.filter((_, i) => !isBias(i))),
      bias: Float32Array.from(parameters.filter((_, i) => isBias(i))),
    };
  }
}

function lossGraph({ kind, dim, numClasses }: LinearProblem, block: number): Outputs {
  const rows = input('rows', [block, dim]);
  const weight = input('weight', [numClasses, dim]);
  const bias = input('bias', [numClasses]);
  const scores = add(matmul(rows, weight, { transB: true }), bias);
  const loss = linearLoss(kind, scores, input('targets', [block, numClasses]));
  const [dweight, dbias] = grad(loss, [weight, bias]) as [typeof loss, typeof loss];
  return { scores, loss, dweight, dbias };
}
