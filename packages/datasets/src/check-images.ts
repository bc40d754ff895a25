import { checkLabels, checkParts, kindOf, shown } from './check-parts.ts';
import { isFiles, UNKNOWN, type ImageSource } from './image-source.ts';

/**
 * Checks a source that a caller has made, in memory or in files.
 *
 * @throws Error that names the image and the value, and what is allowed
 */
export function checkImages(source: ImageSource): void {
  const { title, count, labels } = source;
  const { split } = source.manifest;
  if (!Number.isInteger(count) || count < 1)
    throw new Error(`${title}: \`count\` must be a whole number of images, at least 1, got ${shown(count)}`);
  const wrong = source.heldOut?.find((index) => labels[index] === undefined || labels[index] === UNKNOWN);
  if (wrong !== undefined)
    throw new Error(
      `${title}: image ${wrong} is held out, and ${labels[wrong] === undefined ? 'there is none of that number' : 'has no label'}`,
    );
  if (!(labels instanceof Int32Array))
    throw new Error(`${title}: \`labels\` must be an Int32Array, got ${kindOf(labels)}; imageSet() makes one`);
  if (!isFiles(source)) return checkParts({ ...source, split }, count);
  checkLabels({ ...source, split }, count);
  const { ends, sizes } = source.files;
  if (ends.length < count || sizes.length < count)
    throw new Error(`${title}: there are ${count} labels for ${Math.min(ends.length, sizes.length)} files`);
}
