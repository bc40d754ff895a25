import { UNKNOWN } from './image-source.ts';
import type { Manifest } from './manifest.ts';

/** What is known of images in memory before they are checked. */
interface Parts {
  readonly title: string;
  readonly split: Manifest['split'];
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classes: readonly string[];
  readonly images: Uint8Array;
  readonly labels: ArrayLike<number>;
}

/**
 * Checks images from anywhere: those of a caller are what he says, and what they are not would only show as nonsense.
 *
 * @param count how many images there are at least
 * @throws Error that names the image and the value, and what is allowed
 */
export function checkParts(parts: Parts, count: number): void {
  const { title, height, width, channels, images } = parts;
  for (const [name, side] of Object.entries({ height, width }))
    if (!Number.isInteger(side) || side < 1)
      throw new Error(`${title}: \`${name}\` must be a whole number of pixels, at least 1, got ${shown(side)}`);
  if (channels !== 1 && channels !== 3)
    throw new Error(`${title}: \`channels\` must be 1 or 3, got ${shown(channels)}`);
  if (!(images instanceof Uint8Array))
    throw new Error(`${title}: \`images\` must be a Uint8Array, ${insteadOf(images)}`);
  const expected = count * height * width * channels;
  if (images.length < expected)
    throw new Error(
      `${title}: ${count} labels with ${height} x ${width} x ${channels} pixels need ${expected} bytes of images, got ${images.length}`,
    );
  checkLabels(parts, count);
}

/** @throws Error for a label that is none; of training images it may be unknown, since they may be learnt from without */
export function checkLabels(
  { title, split, labels, classes }: Pick<Parts, 'title' | 'split' | 'labels' | 'classes'>,
  count: number,
): void {
  if (classes.length === 0) throw new Error(`${title}: \`classes\` has no names`);
  if (labels.length < count) throw new Error(`${title}: there are ${labels.length} labels for ${count} images`);
  for (let i = 0; i < count; i++) {
    const label: unknown = labels[i];
    if (split === 'train' && label === UNKNOWN) continue;
    if (Number.isInteger(label) && (label as number) >= 0 && (label as number) < classes.length) continue;
    throw new Error(
      `${title}: the label of image ${i} must be a whole number from 0 to ${classes.length - 1}, one of its ${classes.length} classes, got ${shown(label)}`,
    );
  }
}

function insteadOf(images: unknown): string {
  const values = images as ArrayLike<number>;
  const isList = typeof images === 'object' && images !== null && 'length' in images;
  const at = isList ? Array.prototype.findIndex.call(values, isNoByte) : -1;
  if (at < 0) return `got ${kindOf(images)}${isList ? ': Uint8Array.from(images)' : ''}`;
  return `got ${kindOf(images)}, whose value ${at} is ${shown(values[at])}: pixels are bytes, whole numbers from 0 to 255`;
}

function isNoByte(value: unknown): boolean {
  return !Number.isInteger(value) || (value as number) < 0 || (value as number) > 255;
}

export function kindOf(value: unknown): string {
  const name = typeof value === 'object' && value !== null ? value.constructor?.name : typeof value;
  return `${/^[AEIOU]/i.test(name ?? '') ? 'an' : 'a'} ${name}`;
}

export function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
