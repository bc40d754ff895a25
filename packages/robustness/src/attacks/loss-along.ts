import { compile, hostScalar, type HostTensor } from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { Attacked, Classify } from './attacker.ts';
import { crossEntropy, slopeOf } from './losses.ts';
import { norms, unit, type NormName } from './norms.ts';

/** The loss of images on the way along their gradient's steepest direction, and along a random one of the same length. */
export interface LossAlong<V> {
  /** float32 `[images, 2, shares]`, row by row: along the gradient, then along the random direction. */
  losses(variables: V, batch: Attacked, epsilon: number): Promise<Float32Array>;
  dispose(): void;
}

/** @param shares how far, as shares of epsilon */
export function lossAlong<V>(
  name: string,
  classify: Classify<V>,
  norm: NormName,
  shares: readonly number[],
): LossAlong<V> {
  const { steepest, extreme } = norms[norm];
  const compiled = compile(
    (variables: V, images: tf.Tensor4D, labels: tf.Tensor1D, random: tf.Tensor4D, epsilon: tf.Scalar) => {
      const logits = (x: tf.Tensor4D): tf.Tensor2D => classify(variables, x);
      const directions = [steepest(slopeOf(crossEntropy, logits, images, labels).gradient as tf.Tensor4D), random];
      const columns = directions.flatMap((direction) =>
        shares.map((share) =>
          crossEntropy(logits(unit(tf.add(images, tf.mul(tf.mul(epsilon, share), direction)))), labels),
        ),
      );
      return tf.stack(columns, 1);
    },
    { name: `${name}.along` },
  );
  return {
    async losses(variables, { images, labels, keys }, epsilon) {
      const values = images.data.length / keys.length;
      const directions = new Float32Array(images.data.length);
      keys.forEach((key, i) => directions.set(extreme(key.fold('along'), values), i * values));
      const random: HostTensor = { data: directions, shape: images.shape };
      const given = [images, labels, random, hostScalar(epsilon)] as never as [tf.Tensor4D, tf.Tensor1D, tf.Tensor4D, tf.Scalar]; // prettier-ignore
      const losses = await compiled.async(variables as never, ...given);
      const data = losses.dataSync() as Float32Array;
      losses.dispose();
      return data;
    },
    dispose: () => compiled.dispose(),
  };
}
