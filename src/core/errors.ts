/** @file What can go wrong, one class a kind. Messages read `subject: expected X, got Y` and then what to do. */

/** Base of every error this package throws on purpose. `exitCode` is what the command line exits with. */
export class InstDiscError extends Error {
  override readonly name: string = 'InstDiscError';
  readonly exitCode: number = 1;
}

/** A setting or argument is unknown, out of range or contradicts another. */
export class ArgumentError extends InstDiscError {
  override readonly name = 'ArgumentError';
  override readonly exitCode = 2;
}

/** Pictures, labels or another input file are missing or cannot be used. */
export class DataError extends InstDiscError {
  override readonly name = 'DataError';
  override readonly exitCode = 3;
}

/** A model from elsewhere has an operator, or a use of one, that cannot be read. */
export class OperatorError extends DataError {}

/** A run folder is missing, damaged, or does not fit what was asked of it. */
export class RunError extends InstDiscError {
  override readonly name = 'RunError';
  override readonly exitCode = 4;
}

/** Something that this package wrote is not as it wrote it: its digest is another, or it cannot be read at all. */
export class DamageError extends RunError {}

/**
 * Numbers that nothing can be learnt from or answered with, infinite ones, none, or features that are not of length one:
 * a training has diverged, or a file is damaged.
 */
export class NotFiniteError extends RunError {
  /** @param row of several vectors, which is not as it should be */
  constructor(
    message: string,
    readonly row?: number,
  ) {
    super(message);
  }
}

/** A training has left all bounds and was stopped; what it had saved before is good. */
export class DivergedError extends InstDiscError {
  override readonly name = 'DivergedError';
}

/** The device, or the inference runtime on it, cannot do what was asked. */
export class DeviceError extends InstDiscError {
  override readonly name = 'DeviceError';
  override readonly exitCode = 5;
}

/** Operands whose shapes or types do not fit together; a mistake in a graph, not in its numbers. */
export class ShapeError extends InstDiscError {
  override readonly name = 'ShapeError';
}

/** A gradient was asked for where there is none. */
export class GradientError extends InstDiscError {
  override readonly name = 'GradientError';
}
