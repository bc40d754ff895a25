import { network, type Encoder, type Module, type Network } from '@spatial-ensemble/nn';
import type * as tf from '@tensorflow/tfjs-core';

export interface Encoded {
  /** `[n, f]`: what evaluations look at. */
  readonly features: tf.Tensor2D;
}
export interface Projected extends Encoded {
  readonly projection: tf.Tensor2D;
}

/** What a head is: features, or what the head before it made of them, to `[n, d]`. */
export type Head = Module<tf.Tensor, tf.Tensor2D>;

/** Encoder and projector as one module. */
export function projected(encoder: Encoder, projector: Head): Module<tf.Tensor, Projected> {
  return {
    declares: [...encoder.declares, ...projector.declares],
    forward: (pass, images) => {
      const features = encoder.forward(pass, images);
      return { features, projection: projector.forward(pass, features) };
    },
  };
}

/** The encoder alone. */
export function encoding(encoder: Encoder): Network<Encoded> {
  return network({
    declares: encoder.declares,
    forward: (pass, images) => ({ features: encoder.forward(pass, images) }),
  });
}
