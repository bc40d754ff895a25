import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { readBounded } from '@spatial-ensemble/files';
import { z } from 'zod';
import type { ImageSource } from './image-source.ts';

/** Labels that somebody published: a file of indices into the training set in its official order. */
export const NamedLabels = z.strictObject({
  /**
   * The file, from the folder in which the program runs: a JSON list, or one index a line, from 0. It is part of the
   * run's identity, so it may not begin at the root, which is another one elsewhere.
   */
  indices: z
    .string()
    .min(1)
    .refine(
      (path) => !/^(\/|\\|[a-z]:|~)|(^|[/\\])\.\.([/\\]|$)/i.test(path),
      'must lie below the folder in which the program runs',
    ),
  /** Of the file's bytes, in hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 as 64 hexadecimal digits'),
});
export type NamedLabels = z.infer<typeof NamedLabels>;

/** Ten million indices of eight digits. */
const MOST_BYTES = 100_000_000;

/**
 * The indices of labelled images that a file names.
 *
 * @throws Error where the images are not in their official order, the file is not the one that is meant, or it names
 *   what is no image, or one twice
 */
export async function namedLabels({ indices: path, sha256 }: NamedLabels, images: ImageSource): Promise<number[]> {
  if (images.officialOrder !== true)
    throw new Error(
      `data.labelled: ${path} names images by their place in the official training set, and those of ${images.title} are not known to be in that order. Use the official files, or draw the labels: --set data.labelled=40`,
    );
  const file = resolve(path);
  const bytes = await readBounded(file, MOST_BYTES);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256)
    throw new Error(
      `data.labelled: ${file} is not the file that the study means: its SHA-256 is ${found}, not ${sha256}`,
    );
  const indices = parsedIndices(new TextDecoder().decode(bytes), file);
  const seen = new Set<number>();
  for (const index of indices) {
    if (index >= images.count)
      throw new Error(`${file} names image ${index}, and ${images.title} has ${images.count} training images, from 0`);
    if (seen.has(index)) throw new Error(`${file} names image ${index} twice`);
    seen.add(index);
  }
  return indices;
}

/** The whole numbers of a JSON list, or of lines; empty lines at the end say nothing. @throws Error that names the entry */
export function parsedIndices(text: string, file: string): number[] {
  const items = text.trimStart().startsWith('[')
    ? listOf(text, file)
    : text
        .trim()
        .split(/\r?\n/)
        .map((line) => line.trim());
  return items.map((item, i) => {
    const index = typeof item === 'string' && /^\d+$/.test(item) ? Number(item) : item;
    if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0)
      throw new Error(
        `${file}: entry ${i + 1} must be the index of an image, a whole number from 0, got ${JSON.stringify(item)}`,
      );
    return index;
  });
}

function listOf(text: string, file: string): unknown[] {
  try {
    return z.array(z.unknown()).parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`${file} is no list of indices in JSON (${(error as Error).message})`, { cause: error });
  }
}
