/** @file What the demo found out: everything its page shows. */

/** Shares of test pictures, 0 to 1, given the right label. */
export interface DemoAccuracy {
  /** By the label of the nearest picture. */
  readonly nearest: number;
  /** By the vote of the `numNeighbours` nearest. */
  readonly knn: number;
}

export interface DemoNeighbour {
  readonly path: string;
  /** Cosine, −1 to 1. */
  readonly similarity: number;
  readonly label: string;
}

export interface DemoQuery {
  readonly path: string;
  readonly label: string;
  /** The nearest pictures, best first, by the trained encoder and by raw pixels. */
  readonly trained: readonly DemoNeighbour[];
  readonly rawPixels: readonly DemoNeighbour[];
}

export interface DemoEpoch {
  /** From 1. */
  readonly epoch: number;
  /** Mean over the epoch, in nats. */
  readonly loss: number;
  /** Accuracy of the vote, 0 to 1. */
  readonly knn: number;
}

/** A command to try next and what it does. */
export interface DemoCommand {
  readonly purpose: string;
  readonly command: string;
}

export interface DemoResults {
  /** Pictures trained on, and pictures tested with. */
  readonly pictures: number;
  readonly testPictures: number;
  readonly kinds: readonly string[];
  /** Training time, and the processor cores it had. */
  readonly seconds: number;
  readonly cores: number;
  readonly epochs: number;
  /** Pictures that the loss tells each one from, itself included. */
  readonly comparedWith: number;
  /** In words: `ResNet-18, width 16`. */
  readonly encoder: string;
  /** Neighbours that vote in `knn`. */
  readonly numNeighbours: number;
  readonly accuracies: {
    readonly rawPixels: DemoAccuracy;
    readonly untrained: DemoAccuracy;
    readonly trained: DemoAccuracy;
  };
  /** Accuracy of guessing, 0 to 1. */
  readonly chance: number;
  readonly curve: readonly DemoEpoch[];
  readonly queries: readonly DemoQuery[];
  readonly commands: readonly DemoCommand[];
}
