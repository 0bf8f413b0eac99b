/** @file What the demo draws and trains: chosen so that all of it takes less than four minutes on two cores. */

export const DEMO = {
  /** Pictures of each of the twelve kinds. */
  trainPerKind: 300,
  testPerKind: 50,
  /** Pixels. */
  pictureSize: 64,
  settings: { width: 16, size: 32, batch: 64, epochs: 30 },
  /** Neighbours that vote. */
  k: 20,
  /** Neighbours shown with each query. */
  shown: 8,
} as const;
