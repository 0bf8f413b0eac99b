/** @file How close is close enough, by dtype. Every numeric test takes its bound from here. */

export const TOLERANCES = {
  float32: {
    /** Half the distance of a central difference: balances its cubic term against rounding. */
    step: 4e-3,
    /** Error of a directional derivative, as a part of the gradient's norm. */
    derivative: 3e-4,
    /** The same two for the loss of a whole network, whose parameters move by this part of their size: ReLUs are many. */
    lossStep: 5e-6,
    lossDerivative: 1e-3,
    /** Norm of the difference from float64, as a part of the norm: one operator. */
    operator: 2e-6,
    /** The same for the features of a whole network, computed in another way. */
    features: 1e-5,
    /** The same for a gradient that has come back through a whole network. */
    network: 1e-4,
    /** Of the loss and similarity of an epoch on another processor, from the same checkpoint on: a part of them. */
    resumed: 1e-3,
    /** Error of a loss in nats. */
    loss: 5e-5,
  },
} as const;
