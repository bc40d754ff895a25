import { key } from '@spatial-ensemble/random';
import { type AugmentSpec, type AugmentStep, outputShape } from '@spatial-ensemble/augment';
import type { HostImages, HostLabels } from './host-tensor.ts';
import type { ImageSource } from './image-source.ts';
import { startMakers } from './loader/start-makers.ts';
import { createPlan, slotOf } from './loader/plan.ts';

/** Images for an evaluation. */
export interface EvaluationBatch {
  readonly images: HostImages;
  readonly labels: HostLabels;
}

export interface EvaluationOptions {
  /** Which images, each once; all of them by default. */
  readonly indices?: ArrayLike<number>;
  /** How they are prepared: steps that draw nothing, such as `resize` and `center-crop`. Default: as they are. */
  readonly augment?: AugmentSpec;
  /** Worker threads that prepare batches ahead; 0 prepares each when it is asked for. Default 0. */
  readonly workers?: number;
}

/** The steps that give the same image each time. */
const WITHOUT_CHANCE: readonly AugmentStep['op'][] = ['resize', 'center-crop', 'resized-center-crop'];

/**
 * The images of a source, in order, in batches of `size`; the last one holds what is left. Accuracy is to be counted
 * over all images, not averaged over batches. Each batch is the caller's for good.
 *
 * @throws RangeError if `size` is not a whole number from 1, and Error if an index is not one of the source's or given
 *   twice, if the augmentation draws, does not fit the source, or leaves images of different sizes, or if a file
 *   cannot be decoded
 */
export async function* batchesOf(
  source: ImageSource,
  size: number,
  { indices, augment = [], workers = 0 }: EvaluationOptions = {},
): AsyncGenerator<EvaluationBatch, void, undefined> {
  if (!Number.isInteger(size) || size < 1)
    throw new RangeError(`a batch has a whole number of images, at least 1, got ${size}`);
  const drawing = augment.find(({ op }) => !WITHOUT_CHANCE.includes(op));
  if (drawing !== undefined)
    throw new Error(
      `an evaluation sees every image one way, so it has no step ${drawing.op}: leave random steps out, and keep to ${WITHOUT_CHANCE.join(', ')}`,
    );
  const chosen = indices ?? Int32Array.from({ length: source.count }, (_, i) => i);
  if (chosen.length === 0) return;
  const steps = Math.ceil(chosen.length / size);
  const batch = Math.min(size, chosen.length);
  const streams = [{ name: 'evaluation', indices: chosen, batch, views: [{ name: 'plain', augment }] }];
  const slots = workers === 0 ? 1 : 3;
  const plan = createPlan({ source, streams, order: 'given', key: key(0), startStep: 0, steps, slots });
  const { height, width, channels } = outputShape(augment, source);
  const makers = startMakers(plan, workers);
  try {
    for (let nth = 0; nth < steps; nth++) {
      await makers.ready(nth);
      const n = Math.min(batch, chosen.length - nth * batch);
      const [stream] = slotOf(plan, nth).streams;
      const [view] = stream?.views ?? [];
      if (!stream || !view) throw new Error('an evaluation has one stream and one view');
      const { labels } = stream;
      yield {
        images: { data: view.slice(0, n * height * width * channels), shape: [n, height, width, channels] },
        labels: { data: labels.slice(0, n), shape: [n] },
      };
    }
  } finally {
    await makers.close();
  }
}
