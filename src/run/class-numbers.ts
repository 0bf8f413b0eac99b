/** @file Classes by number, as far as pictures have labels. */

/** Class number of each picture, −1 where it has no label. */
export function classNumbers(labels: readonly (string | undefined)[]): {
  readonly classes: readonly string[];
  readonly numbers: Int32Array;
} {
  const classes = [...new Set(labels.filter((label) => label !== undefined))].sort();
  const numberOf = new Map(classes.map((label, number) => [label, number]));
  return { classes, numbers: Int32Array.from(labels, (label) => (label === undefined ? -1 : numberOf.get(label)!)) };
}
