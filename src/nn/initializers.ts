/** @file How parameters start. */
import type { Initializer } from './variables.js';

/** The same number everywhere. */
export function constant(x: number): Initializer {
  return (values) => {
    values.fill(x);
  };
}

/** Normal, with variance 2 / fanOut: keeps gradients' size through ReLUs (He et al. 2015; torchvision's ResNets). */
export function kaimingNormal(fanOut: number): Initializer {
  const deviation = Math.sqrt(2 / fanOut);
  return (values, random) => {
    for (let i = 0; i < values.length; i++) values[i] = deviation * random.normal();
  };
}

/** Uniform within ± 1/√fanIn: what PyTorch gives the weight and the bias of a linear layer. */
export function uniformFanIn(fanIn: number): Initializer {
  const bound = 1 / Math.sqrt(fanIn);
  return (values, random) => {
    for (let i = 0; i < values.length; i++) values[i] = random.uniform(-bound, bound);
  };
}
