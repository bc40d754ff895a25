import {
  batchNorm,
  dense,
  network,
  sequence,
  sgd,
  TORCH_BATCH_NORM,
  type Initialiser,
  type Network,
  type Optimiser,
} from '@spatial-ensemble/nn';
import { normal, type Key } from '@spatial-ensemble/random';
import * as tf from '@tensorflow/tfjs-core';
import type { Protocol } from './protocol.ts';

/** The classifier of a protocol, from features `[n, f]` to logits `[n, classes]`. Its modules begin with `classifier`. */
export function linearHead(
  { batchNorm: normalised, deviation }: Protocol,
  { features, classes }: { readonly features: number; readonly classes: number },
): Network<{ readonly logits: tf.Tensor }> {
  const linear = dense('classifier', { inputs: features, outputs: classes, initial: initialOf(deviation, features) });
  const head = normalised ? sequence(linear, batchNorm('classifier-norm', classes, TORCH_BATCH_NORM)) : linear;
  return network({ declares: head.declares, forward: (pass, x) => ({ logits: head.forward(pass, x) }) });
}

/** SGD as the protocol has it; nothing is decayed. */
export function headOptimiser({ momentum, nesterov }: Protocol, head: Network<object>): Optimiser<'velocity'> {
  return sgd(head.metas.params, { momentum, nesterov, weightDecay: 0, decays: () => false });
}

function initialOf(deviation: Protocol['deviation'], inputs: number): Initialiser {
  return (key, shape) => {
    const size = tf.util.sizeFromShape([...shape]);
    return deviation === 'truncated-fan-in'
      ? scaled(truncated(key, size), 1 / Math.sqrt(inputs))
      : scaled(normal(key, size), deviation);
  };
}

function scaled(values: Float32Array, factor: number): Float32Array {
  return values.map((value) => value * factor);
}

/** Standard normal, drawn again wherever it is beyond two deviations. `]!`: as many are drawn each time. */
function truncated(key: Key, n: number): Float32Array {
  const drawn = normal(key, n);
  for (let again = 0; drawn.some((value) => Math.abs(value) > 2); again++) {
    const others = normal(key.fold(again), n);
    drawn.forEach((value, i) => {
      if (Math.abs(value) > 2) drawn[i] = others[i]!;
    });
  }
  return drawn;
}
