/** @file Work of which never two pieces are under way. */

/** @returns runs what it is given when all that it was given before has ended, and hands on its result or error */
export function oneByOne(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}
