import type * as tf from '@tensorflow/tfjs-core';
import { network, type Encoder, type Module, type Network } from './network.ts';

/** What a classifier gives: logits `[n, classes]`, and the features `[n, f]` before its last layer. */
export interface Classified {
  readonly logits: tf.Tensor2D;
  readonly features: tf.Tensor2D;
}

/** An encoder with a head from its features to logits, as a network. */
export function classifier(encoder: Encoder, head: Module): Network<Classified> {
  return network({
    declares: [...encoder.declares, ...head.declares],
    forward: (pass, images) => {
      const features = encoder.forward(pass, images);
      return { features, logits: head.forward(pass, features) as tf.Tensor2D };
    },
  });
}
