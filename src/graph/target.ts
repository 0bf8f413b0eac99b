/** @file The machine a graph is lowered for. Only lowerings read it. */

export type Device = 'cpu' | 'webgpu' | 'cuda';

export interface Target {
  readonly device: Device;
  /**
   * Channels in a block of the runtime's blocked convolution on this CPU (8 or 16, by its vector width).
   * Absent where there is none.
   */
  readonly channelBlock?: number;
}

/** Lowers to standard ONNX operators only; right everywhere, fast nowhere in particular. */
export const PORTABLE: Target = { device: 'webgpu' };
