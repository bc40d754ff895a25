import { batchesOf, type ImageSet } from '@spatial-ensemble/datasets';
import { compile, type Compiled, type HostTensor } from '@spatial-ensemble/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { Method, Variables } from '../method.ts';

const BATCH = 500;

/** Classes that a network gives to images, int32 `[n]`. */
export type Classifier = Compiled<readonly [Variables, HostTensor], tf.Tensor>;

/** Compiles a method's prediction down to the most probable class. */
export function classifier<Spec>(method: Method<Spec>, spec: Spec): Classifier {
  const predict = method.predict?.(spec);
  if (predict === undefined) throw new Error(`${method.name} predicts nothing`);
  const fn = (variables: Variables, images: tf.Tensor): tf.Tensor => tf.argMax(predict(variables, images), 1);
  return compile(fn as unknown as (variables: Variables, images: HostTensor) => tf.Tensor, {
    name: `${method.name}.classify`,
  });
}

/** Accuracy in %, counted over all images of a set or those of `indices`. */
export async function accuracy(
  classify: Classifier,
  variables: Variables,
  set: ImageSet,
  indices?: ArrayLike<number>,
): Promise<number> {
  let right = 0;
  let total = 0;
  for (const { images, labels } of batchesOf(set, BATCH, indices)) {
    const classes = await classify.async(variables, images);
    const predicted = classes.dataSync();
    classes.dispose();
    right += labels.data.reduce((sum, label, i) => sum + (predicted[i] === label ? 1 : 0), 0);
    total += labels.data.length;
  }
  return (100 * right) / total;
}
