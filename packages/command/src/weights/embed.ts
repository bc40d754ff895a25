import { entryOf, looseImages, skippedText } from '@spatial-ensemble/datasets';
import { writeChecked } from '@spatial-ensemble/files';
import { shortIdentity } from '@spatial-ensemble/record';
import { embedded } from '@spatial-ensemble/training';
import { npyPieces } from '@spatial-ensemble/weights';
import type { StoredNetwork } from './stored-network.ts';

/** How a folder's images are embedded. */
export interface EmbedOptions {
  readonly whose: 'teacher' | 'student';
  /** The shorter side is resized to it, and the middle cropped; default: decoded as the run's images are, and prepared as the method does test images. */
  readonly size?: number;
  /** Default: a name of its own, here. */
  readonly out?: string;
  readonly workers: number;
}

/**
 * Writes the features of a folder's images as `.npy`, float32 `[images, features]`, and their names beside, in its order.
 *
 * @returns what is to be said of it
 * @throws Error where there are no images, or they do not suit the network; WriteError
 */
export async function embedFolder(stored: StoredNetwork, folder: string, options: EmbedOptions): Promise<string> {
  const { bound, weights, identity, spec } = stored;
  const { whose, size, workers, out = `${shortIdentity(identity)}-${whose}.npy` } = options;
  const set = await looseImages(folder, size === undefined ? spec.data.declared : {});
  const view = size === undefined ? {} : { view: cropped(size) };
  const { data, shape } = await embedded(bound, weights[whose], { set, workers, ...view });
  const names = Array.from({ length: set.count }, (_, i) => entryOf(set.files, i));
  const beside = `${out.replace(/\.npy$/, '')}.names.json`;
  await writeChecked(out, Buffer.concat(npyPieces({ data: data as Float32Array, shape })));
  await writeChecked(beside, `${JSON.stringify(names, null, 1)}\n`);
  const skipped = skippedText(set.skipped);
  return [
    `${out}: ${shape[0]} images, ${shape[1]} features each; their names in ${beside}`,
    ...(skipped === undefined ? [] : [`  ${skipped}`]),
  ].join('\n');
}

function cropped(size: number) {
  return [
    { op: 'resize' as const, size, interpolation: 'bilinear' as const },
    { op: 'center-crop' as const, size },
  ];
}
