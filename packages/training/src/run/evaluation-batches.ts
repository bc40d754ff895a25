import {
  applyTransforms,
  batchesOf,
  checkAugment,
  drawTransforms,
  outputShape,
  type AugmentSpec,
  type EvaluationBatch,
  type ImageShape,
} from '@spatial-ensemble/datasets';
import type { Draws } from '@spatial-ensemble/random';
import type { RunImages } from '../data.ts';

/** Which images of a set, and how they are prepared. */
export interface Looked {
  readonly set: RunImages;
  /** Indices into the set; all of them by default. */
  readonly indices?: ArrayLike<number>;
  /** What is done to them; nothing by default. */
  readonly view?: AugmentSpec;
}

/** Pixels of all images that are evaluated at once, unless that are fewer than 16 images. */
const PIXELS_AT_ONCE = 640_000;

/**
 * Images to be looked at without training: 500 at once, fewer where they are large.
 *
 * @throws Error for a view that draws something: an evaluation sees an image one way.
 */
export async function* evaluationBatches({ set, indices, view = [] }: Looked): AsyncGenerator<EvaluationBatch> {
  checkAugment(view, set);
  const shape = outputShape(view, set);
  const size = Math.min(500, Math.max(16, Math.floor(PIXELS_AT_ONCE / (shape.height * shape.width))));
  for (const { images, labels } of batchesOf(set, size, indices))
    yield { images: view.length === 0 ? images : viewed(images, view, shape), labels };
}

/** The images of a batch as a view shows them. */
function viewed(
  { data, shape: [n, height, width, channels] }: EvaluationBatch['images'],
  view: AugmentSpec,
  to: ImageShape,
): EvaluationBatch['images'] {
  const image = { height, width, channels };
  const [before, after] = [height * width * channels, to.height * to.width * to.channels];
  const out = new Uint8Array(n * after);
  const transforms = drawTransforms(view, image, NOTHING_DRAWN);
  for (let i = 0; i < n; i++)
    out.set(applyTransforms(data.subarray(i * before, (i + 1) * before), image, transforms), i * after);
  return { data: out, shape: [n, to.height, to.width, to.channels] };
}

function refuse(): never {
  throw new Error('an evaluation sees every image one way, and its view draws something: leave random steps out');
}

const NOTHING_DRAWN: Draws = { uniform: refuse, int: refuse, boolean: refuse };
