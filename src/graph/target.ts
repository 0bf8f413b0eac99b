/** @file The machine a graph is lowered for. Only lowerings read it. */

export type Device = 'cpu' | 'webgpu' | 'cuda';

/** 2 knows gradients of convolutions with a stride whose images have an odd side. */
export const GENERATIONS = [1, 2] as const;
export type Generation = (typeof GENERATIONS)[number];

export interface Target {
  readonly device: Device;
  /**
   * Channels in a block of the runtime's blocked convolution on this CPU (8 or 16, by its vector width).
   * Absent where there is none.
   */
  readonly channelBlock?: number;
  /**
   * Which generation of lowerings: 1 are those of version 0.1, for trainings that were begun with them and go on to the same
   * bytes. Absent means the newest.
   */
  readonly generation?: Generation;
}

/** Lowers to standard ONNX operators only; right everywhere, fast nowhere in particular. */
export const PORTABLE: Target = { device: 'webgpu' };
