import { compile, type HostTensor } from '@spatial-ensemble/engine';
import type * as tf from '@tensorflow/tfjs-core';
import { evaluationBatches, type Looked } from './evaluation-batches.ts';

/** Rows of `width` numbers, one after the other. */
interface Rows {
  readonly data: Float32Array;
  readonly width: number;
}

/** Turns a batch of images, as bytes, into rows of numbers. */
type Encode = (images: HostTensor) => Promise<Rows>;

/** Features of images, float32 `[n, f]`, in the order of the indices. */
async function featuresOf(encode: Encode, looked: Looked): Promise<HostTensor> {
  const count = looked.indices?.length ?? looked.set.count;
  let all = new Float32Array(0);
  let width = 0;
  let done = 0;
  for await (const { images } of evaluationBatches(looked)) {
    const rows = await encode(images);
    if (done === 0) [width, all] = [rows.width, new Float32Array(count * rows.width)];
    all.set(rows.data, done * width);
    done += images.shape[0];
  }
  return { data: all, shape: [count, width] };
}

/** A compiled function from a tree of tensors (variables, a state) and images to features. */
export interface Encoder<Tree> {
  features(tree: Tree, looked: Looked): Promise<HostTensor>;
  /** How many features it gives of each of these images. */
  width(tree: Tree, images: HostTensor): Promise<number>;
  dispose(): void;
}

/** @param name for messages: `byol.encode`. */
export function encoderOf<Tree>(name: string, encode: (tree: Tree, images: tf.Tensor) => tf.Tensor2D): Encoder<Tree> {
  const compiled = compile(encode as unknown as (tree: unknown, images: HostTensor) => tf.Tensor2D, { name });
  const encoded = async (tree: Tree, images: HostTensor): Promise<Rows> => {
    const features = await compiled.async(tree, images);
    const data = features.dataSync() as Float32Array;
    features.dispose();
    return { data, width: features.shape[1] };
  };
  return {
    features: (tree, looked) => featuresOf((images) => encoded(tree, images), looked),
    width: async (tree, images) => (await encoded(tree, images)).width,
    dispose: () => compiled.dispose(),
  };
}

/** The images themselves, flattened, 0 to 1. */
export function pixelFeatures(looked: Looked): Promise<HostTensor> {
  return featuresOf(async ({ data, shape }) => {
    const width = shape.slice(1).reduce((size, length) => size * length, 1);
    return { data: Float32Array.from(data, (byte) => byte / 255), width };
  }, looked);
}
