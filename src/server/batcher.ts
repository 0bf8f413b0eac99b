/** @file Gathers calls that arrive while others are worked on, for work that is cheaper done together. */

interface Waiting<In, Out> {
  readonly item: In;
  readonly resolve: (out: Out) => void;
  readonly reject: (error: unknown) => void;
}

export class Batcher<In, Out> {
  readonly #size: number;
  readonly #work: (items: readonly In[]) => Promise<readonly Out[]>;
  readonly #waiting: Waiting<In, Out>[] = [];
  #isRunning = false;

  /**
   * @param size items a batch at most
   * @param work gives an output for each item, in their order
   */
  constructor(size: number, work: (items: readonly In[]) => Promise<readonly Out[]>) {
    this.#size = size;
    this.#work = work;
  }

  run(item: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#isRunning) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#size);
      try {
        const outs = await this.#work(batch.map(({ item }) => item));
        for (const [i, { resolve }] of batch.entries()) resolve(outs[i]!);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#isRunning = false;
  }
}
