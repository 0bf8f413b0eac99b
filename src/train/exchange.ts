/** @file What the ranks of a training tell one another in each step. */
import type { Communicator, RankNumbers } from '../machines/communicator.js';
import { MEAN, OTHER_FEATURES, OTHER_INDICES, OWN_FEATURES, OWN_PART, WISHED } from '../method/shared-step.js';
import type { Step } from '../runtime/stateful-step.js';

/** New rows of the bank, and which they are. */
export interface NewRows {
  /** int32[pictures] */
  readonly places: Int32Array;
  /** float32[pictures, dim] */
  readonly rows: Float32Array;
}

/** Of a rank alone, too, which tells nobody. */
export class Exchange {
  /** Milliseconds that the last step spent on it, waiting for slower ranks included. */
  spentMs = 0;
  readonly #machines: Communicator;
  readonly #step: Step;
  readonly #late: readonly (readonly string[])[];
  readonly #gathered = new Map<string, RankNumbers>();
  #indices: Int32Array = new Int32Array();

  /** @param late of the step, see `TrainingStep` */
  constructor(machines: Communicator, step: Step, late: readonly (readonly string[])[]) {
    this.#machines = machines;
    this.#step = step;
    this.#late = late;
  }

  /** Whether any rank wished to stop before the last step. */
  get isStopWished(): boolean {
    return (this.#step.outputs[WISHED]?.[0] ?? 0) > 0;
  }

  /** Begins a step. @param indices int32[batch], this rank's pictures */
  begin(indices: Int32Array): void {
    this.spentMs = 0;
    this.#indices = indices;
  }

  /** Between two parts of the step: brings the inputs that the next one waits for. */
  readonly between = (part: number): void => {
    const { inputs, outputs } = this.#step;
    this.#timed(() => {
      if (this.#late[part]!.includes(MEAN)) {
        this.#machines.allreduce(outputs[OWN_PART]!, inputs[MEAN] as Float32Array);
        return;
      }
      const features = this.#others(this.#gather('features', outputs[OWN_FEATURES]!) as Float32Array);
      (inputs[OTHER_FEATURES] as Float32Array).set(features);
      const places = this.#others(this.#gather('places', this.#indices) as Int32Array);
      (inputs[OTHER_INDICES] as BigInt64Array).set(Array.from(places, BigInt));
    });
  };

  /** The new rows of all ranks. @param rows float32[batch, dim], this rank's */
  newRows(rows: Float32Array): NewRows {
    if (this.#machines.size === 1) return { places: this.#indices, rows };
    return this.#timed(() => ({
      places: this.#gather('places', this.#indices) as Int32Array,
      rows: this.#gather('rows', rows) as Float32Array,
    }));
  }

  /** @returns the same array each time, by name */
  #gather(name: string, own: Float32Array | Int32Array): RankNumbers {
    const { size } = this.#machines;
    const all =
      this.#gathered.get(name) ??
      (own instanceof Int32Array ? new Int32Array(size * own.length) : new Float32Array(size * own.length));
    this.#gathered.set(name, all);
    this.#machines.allgather(own, all);
    return all;
  }

  /** Of the numbers of all ranks, those of the others. */
  #others<Kind extends Float32Array | Int32Array>(all: Kind): Kind {
    const { rank, size } = this.#machines;
    const length = all.length / size;
    const others = all.slice(0, all.length - length) as Kind;
    others.set(all.subarray((rank + 1) * length), rank * length);
    return others;
  }

  #timed<T>(work: () => T): T {
    const before = performance.now();
    const result = work();
    this.spentMs += performance.now() - before;
    return result;
  }
}
