import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { z } from 'zod';
import { inspectAll, isBroken } from '../../files/inspect-all.ts';
import { Skips } from '../../files/skipped.ts';
import { list, walk } from '../../files/walk.ts';
import type { FileImageSet } from '../../image-source.ts';
import { DECODING, decodingOf } from '../decoding-options.ts';
import { fileImages } from './file-images.ts';

/**
 * All image files of a folder and the folders in it, in the order of their paths, whatever they show: they are of one
 * class. Nothing is kept of what was looked at.
 *
 * @param declared how the images of a run are decoded, among the other options of its data set, which say nothing here
 * @throws Error where there are none, or one cannot be read
 */
export async function looseImages(
  folder: string,
  declared: Readonly<Record<string, unknown>> = {},
): Promise<FileImageSet> {
  const root = resolve(folder);
  if (!existsSync(root)) throw new Error(`there is no folder ${root}`);
  const skips = new Skips();
  const { folders, images } = await list(root, skips);
  const below = [];
  for (const name of folders) below.push(...(await walk(root, name, skips)).images);
  const all = await inspectAll(root, [...images, ...below]);
  const broken = all.filter(isBroken);
  if (broken.length > 0)
    throw new Error(
      `${root} has ${broken.length} images that cannot be read; take them away, the first is ${broken[0]!.path}: ${broken[0]!.why}`,
    );
  const entries = all.flatMap((one) => (isBroken(one) ? [] : [one]));
  if (entries.length === 0) throw new Error(`${root} holds no images`);
  const index = { classes: ['image'], entries, labels: entries.map(() => 0) };
  const title = basename(root);
  const decoding = decodingOf(z.object(DECODING).parse(declared));
  return fileImages({ name: 'folder', title, split: 'test', root, index, skipped: skips.list(), decoding });
}
