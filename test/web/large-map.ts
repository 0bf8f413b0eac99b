/** @file The map of more pictures than a test would make. */
import { makeVector, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';

/** Labels and clusters of the pictures of the tiny run. */
const NUM_CLASSES = 12;

/** As `/api/map` answers. */
export function largeMap(n: number): Uint8Array {
  const turn = (row: number): number => 2.4 * row;
  const radius = (row: number): number => Math.sqrt(row / n);
  const numbers = Int32Array.from({ length: n }, (_, row) => row % NUM_CLASSES);
  const parts = Float32Array.from({ length: n }, (_, row) => row / n);
  return tableToIPC(
    new Table({
      name: vectorFromArray(
        Array.from(numbers, (_, row) => `${row}.jpg`),
        new Utf8(),
      ),
      label: makeVector(numbers),
      x: makeVector(parts.map((_, row) => radius(row) * Math.cos(turn(row)))),
      y: makeVector(parts.map((_, row) => radius(row) * Math.sin(turn(row)))),
      cluster: makeVector(numbers.slice()),
      density: makeVector(parts),
      outlier: makeVector(parts.slice()),
    }),
    'stream',
  );
}
