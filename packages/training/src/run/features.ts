import { compile, type HostTensor } from '@spatial-ensemble/engine';
import type * as tf from '@tensorflow/tfjs-core';
import { evaluationBatches, sizeOf, type Looked, type LookedBatch } from './evaluation-batches.ts';
import { allOf, type SharedRows } from '../shared-rows.ts';
import { partOf, sharedRows } from './look-part.ts';

/** Rows of `width` numbers, one after the other. */
interface Rows {
  readonly data: Float32Array;
  readonly width: number;
}

/** Turns a batch of images into rows of numbers. */
type Encode = (batch: LookedBatch) => Promise<Rows>;

/** Numbers of images, float32 `[n, f]`, in the order of the indices: in all processes, each of which computes its part. */
async function rowsOf(encode: Encode, looked: Looked): Promise<HostTensor> {
  return allOf(await sharedRowsOf(encode, looked));
}

/** The same, of which each process keeps the part that it computes. */
export async function sharedRowsOf(encode: Encode, looked: Looked): Promise<SharedRows> {
  const count = looked.indices?.length ?? looked.set.count;
  const part = partOf(count, sizeOf(looked));
  let own = new Float32Array(0);
  let width = 0;
  let done = 0;
  for await (const batch of evaluationBatches(looked)) {
    const rows = await encode(batch);
    if (done === 0) [width, own] = [rows.width, new Float32Array(part.places.length * rows.width)];
    own.set(rows.data, done * width);
    done += batch.places.length;
  }
  return sharedRows(own, width, count, part);
}

/** A compiled function from a tree of tensors (variables, a state) and images to features. */
export interface Encoder<Tree> {
  features(tree: Tree, looked: Looked): Promise<HostTensor>;
  /** The same, of which each process keeps its part. */
  shared(tree: Tree, looked: Looked): Promise<SharedRows>;
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
    features: (tree, looked) => rowsOf(({ images }) => encoded(tree, images), looked),
    shared: (tree, looked) => sharedRowsOf(({ images }) => encoded(tree, images), looked),
    width: async (tree, images) => (await encoded(tree, images)).width,
    dispose: () => compiled.dispose(),
  };
}

/** Raw pixels of photographs would be more than a memory holds, and no better: a bank of 50,000 at 224 pixels has 30 GB. */
const LONGEST_SIDE = 32;

/**
 * The images themselves, flattened, 0 to 1. Of images with a side of more than 32 pixels, the means of square blocks:
 * of 7 by 7 pixels at a side of 224.
 */
export function pixelFeatures(looked: Looked): Promise<SharedRows> {
  return sharedRowsOf(async ({ images }) => pixelsOf(images), looked);
}

/**
 * The same of a batch that is there, bytes `[n, height, width, channels]`.
 *
 * `]!`: the loops run over the pixels that there are.
 */
export function pixelsOf({ data, shape }: HostTensor): Rows {
  const [n, height, width, channels] = shape as readonly [number, number, number, number];
  const block = Math.ceil(Math.max(height, width) / LONGEST_SIDE);
  const [rows, columns] = [Math.ceil(height / block), Math.ceil(width / block)];
  const sums = new Float32Array(n * rows * columns * channels);
  let at = 0;
  for (let i = 0; i < n; i++) {
    for (let y = 0; y < height; y++) {
      const row = (i * rows + Math.floor(y / block)) * columns;
      for (let x = 0; x < width; x++) {
        const to = (row + Math.floor(x / block)) * channels;
        for (let c = 0; c < channels; c++) sums[to + c]! += data[at++]!;
      }
    }
  }
  // Blocks at the lower and right border may be smaller.
  const side = (place: number, length: number): number => Math.min(block, length - place * block);
  const means = sums.map((sum, i) => {
    const place = Math.floor(i / channels);
    const size = side(Math.floor(place / columns) % rows, height) * side(place % columns, width);
    return sum / (255 * size);
  });
  return { data: means, width: rows * columns * channels };
}
