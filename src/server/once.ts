/** @file Computes something when it is first asked for, and keeps it; a failure is not kept. */
export class Once<T> {
  readonly #compute: () => Promise<T>;
  #value: Promise<T> | undefined;

  constructor(compute: () => Promise<T>) {
    this.#compute = compute;
  }

  get(): Promise<T> {
    if (this.#value === undefined) {
      this.#value = this.#compute();
      this.#value.catch(() => {
        this.#value = undefined;
      });
    }
    return this.#value;
  }
}
