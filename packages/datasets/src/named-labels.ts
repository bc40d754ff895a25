import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { readBounded } from '@spatial-ensemble/files';
import { z } from 'zod';
import { entryOf } from './files/image-files.ts';
import { isFiles, UNKNOWN, type ImageSource } from './image-source.ts';

/** A file from the folder in which the program runs. It is part of the run's identity, so it may not begin at the root. */
const file = z
  .string()
  .min(1)
  .refine(
    (path) => !/^(\/|\\|[a-z]:|~)|(^|[/\\])\.\.([/\\]|$)/i.test(path),
    'must lie below the folder in which the program runs',
  );
/** Of the file's bytes, in hexadecimal. */
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 as 64 hexadecimal digits');

/** Labels that somebody published: a file of indices into the training set in its official order, from 0: a JSON list, or one a line. */
export const NamedLabels = z.strictObject({ indices: file, sha256 });
export type NamedLabels = z.infer<typeof NamedLabels>;

/** Labels of image files: a file of their paths, one a line, as the data set has them (`train/cat/1.jpg`, or as a manifest writes them). */
export const NamedPaths = z.strictObject({ paths: file, sha256 });
export type NamedPaths = z.infer<typeof NamedPaths>;

/** One of the sets of labelled images that come with a data set, from 1: STL-10 has ten. */
export const NamedFold = z.strictObject({ fold: z.int().positive() });
export type NamedFold = z.infer<typeof NamedFold>;

/** Ten million indices of eight digits. */
const MOST_BYTES = 100_000_000;

/**
 * The indices of labelled images that a file names, or the data set's own fold.
 *
 * @throws Error where the images are not in their official order (for indices) or are no files (for paths), the file is
 *   not the one that is meant, or it names what is no image, one twice, or one that has no label
 */
export async function namedLabels(named: NamedLabels | NamedPaths | NamedFold, images: ImageSource): Promise<number[]> {
  if ('fold' in named) return foldOf(named, images);
  const path = 'indices' in named ? named.indices : named.paths;
  if ('indices' in named && images.officialOrder !== true)
    throw new Error(
      `data.labelled: ${path} names images by their place in the official training set, and those of ${images.title} are not known to be in that order. Use the official files, or draw the labels: --set data.labelled=40`,
    );
  const file = resolve(path);
  const bytes = await readBounded(file, MOST_BYTES);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== named.sha256)
    throw new Error(
      `data.labelled: ${file} is not the file that the study means: its SHA-256 is ${found}, not ${named.sha256}`,
    );
  const text = new TextDecoder().decode(bytes);
  const indices = 'indices' in named ? parsedIndices(text, file) : indicesOfPaths(text, file, images);
  const seen = new Set<number>();
  for (const index of indices) {
    if (index >= images.count)
      throw new Error(`${file} names image ${index}, and ${images.title} has ${images.count} training images, from 0`);
    if (seen.has(index)) throw new Error(`${file} names image ${index} twice`);
    if (images.labels[index] === UNKNOWN) throw new Error(`${file} names image ${index}, which has no label`);
    seen.add(index);
  }
  return indices;
}

function foldOf({ fold }: NamedFold, { title, folds }: ImageSource): number[] {
  const indices = folds?.[fold - 1];
  if (indices !== undefined) return [...indices];
  throw new Error(
    `data.labelled: ${title} has ${folds === undefined ? 'no published folds' : `${folds.length} published folds, from 1`}, and fold ${fold} is asked for`,
  );
}

function indicesOfPaths(text: string, file: string, images: ImageSource): number[] {
  if (!isFiles(images))
    throw new Error(
      `data.labelled: ${file} names image files, and those of ${images.title} are in no files of their own`,
    );
  const places = new Map(Array.from({ length: images.count }, (_, i) => [entryOf(images.files, i), i]));
  return text
    .trim()
    .split(/\r?\n/)
    .map((line, i) => {
      const index = places.get(line.trim());
      if (index === undefined)
        throw new Error(
          `${file}, line ${i + 1}: ${JSON.stringify(line.trim())} is no training image of ${images.title}, whose first is ${JSON.stringify(entryOf(images.files, 0))}`,
        );
      return index;
    });
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
