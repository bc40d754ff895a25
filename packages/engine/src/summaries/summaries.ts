import * as tf from '@tensorflow/tfjs-core';
import { requireBackend } from '../backend/live-backend.ts';
import type { Attribute } from '../binding/attributes.ts';
import { DataType } from '../binding/dtypes.ts';
import { FLOAT, int, text, type } from '../kernels/attributes.ts';
import { executeWithInt64, type WideInput } from '../kernels/int64.ts';
import type { HostTensor } from '../tree.ts';
import { cutEvents } from './event-files.ts';

/** Event files of one folder, for TensorBoard. What they hold of a step is not written a second time. */
export interface Summaries {
  /** Whether a number or a histogram of this name and step is there. */
  has(tag: string, step: number): boolean;
  scalar(tag: string, value: number, step: number): void;
  /** @param values float32, of any shape; they are the caller's. @throws Error for one that is no number */
  histogram(tag: string, values: tf.Tensor, step: number): void;
  /** The first images of a batch. @param images bytes, `[n, height, width, 1 or 3 or 4]` */
  images(tag: string, images: HostTensor, step: number): void;
  /** Everything so far is on the disk then. @throws Error where it cannot be written */
  flush(): void;
  /** Writes what is left; nothing can be added after it. */
  close(): void;
}

/** As in TensorFlow's own tools: images of a batch beyond these are not shown. */
const IMAGES_SHOWN = 8;
/** Lines wait in memory until they are flushed. */
const [QUEUE, FLUSH_MILLIS] = [1000, 600_000];

let opened = 0;

/**
 * Opens event files in a folder, which TensorFlow's own summary ops write (WriteScalarSummary, WriteHistogramSummary,
 * WriteImageSummary), each time a new one beside those that are there.
 *
 * @param upTo the step that is gone on from: what the files hold behind it is cut off; undefined: they are removed
 * @throws Error where the files that are there cannot be read or cut; what is written later throws where it cannot be
 */
export function openSummaries(folder: string, upTo: number | undefined): Summaries {
  const known = cutEvents(folder, upTo);
  const run = (
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly WideInput[],
    outputs = 0,
  ): tf.Tensor[] => executeWithInt64(requireBackend(), name, attributes, inputs, outputs);
  let writer: tf.Tensor | undefined;
  /** A file is begun with what is first written to it. */
  const begun = (): tf.Tensor => {
    if (writer !== undefined) return writer;
    const named = [text('shared_name', `summaries-${opened++}`), text('container', '')];
    // `!`: it has one output.
    const made = tf.keep(run('SummaryWriter', named, [], 1)[0]!);
    tf.tidy(() => {
      const options = [tf.scalar(QUEUE, 'int32'), tf.scalar(FLUSH_MILLIS, 'int32'), tf.scalar('.v2')];
      run('CreateSummaryFileWriter', [], [made, tf.scalar(folder), ...options]);
    });
    writer = made;
    return made;
  };
  const isNew = (tag: string, step: number): boolean => !(known.get(tag)?.has(step) ?? false);
  /** Writes a summary of some tensors, unless it is there. @param there the tag that tells so */
  const once = (there: string, step: number, write: (at: readonly WideInput[]) => void, tag = there): void => {
    if (!isNew(there, step)) return;
    tf.tidy(() => write([begun(), { int64: tf.scalar(step, 'int32') }, tf.scalar(tag)]));
    known.set(there, (known.get(there) ?? new Set()).add(step));
  };
  return {
    has: (tag, step) => !isNew(tag, step),
    scalar: (tag, value, step) =>
      once(tag, step, (at) => void run('WriteScalarSummary', [FLOAT], [...at, tf.scalar(value)])),
    histogram: (tag, values, step) =>
      once(tag, step, (at) => void run('WriteHistogramSummary', [FLOAT], [...at, values])),
    images: (tag, { data, shape }, step) =>
      // The op names each image of a batch. As bytes: numbers of another type would be stretched to the full range.
      once(
        `${tag}/image/0`,
        step,
        (at) => {
          const images = { uint8: tf.tensor(Int32Array.from(data), [...shape], 'int32') };
          const bad = { uint8: tf.tensor1d([255, 0, 0, 255], 'int32') };
          const options = [type('T', DataType.uint8), int('max_images', IMAGES_SHOWN)];
          run('WriteImageSummary', options, [...at, images, bad]);
        },
        tag,
      ),
    flush: () => void (writer && run('FlushSummaryWriter', [], [writer])),
    close() {
      if (writer === undefined) return;
      try {
        run('CloseSummaryWriter', [], [writer]);
      } finally {
        writer.dispose();
      }
    },
  };
}
