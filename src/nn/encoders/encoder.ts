/** @file What an encoder is. */
import type { Value } from '../../graph/value.js';
import type { Variables } from '../variables.js';

/** A network from pictures to features, not yet normalised. */
export interface Encoder {
  readonly name: string;
  /**
   * @param images float32[batch, 3, height, width]
   * @returns float32[batch, dim]
   */
  build(variables: Variables, images: Value): Value;
}
