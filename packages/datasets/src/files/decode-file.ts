import { readOpen } from '@spatial-ensemble/files';
import type { ImageFiles } from '../image-source.ts';
import type { Pixels } from '../pixels.ts';
import { decode } from './decode.ts';
import { pathOf } from './image-files.ts';
import { MOST_IMAGE_BYTES } from './most-pixels.ts';
import { withImage } from './open-image.ts';
import { whyOf } from './why-of.ts';

/** An image that takes longer is given up: some files are made to take hours, and some disks do not answer. */
const MOST_MS = 120_000;

/**
 * The pixels of one file.
 *
 * @param mostMs how long reading and decoding may take, in milliseconds
 * @throws Error that names the file, if it cannot be read or decoded, takes too long, or is not what was indexed
 */
export async function decodeFile(files: ImageFiles, index: number, mostMs = MOST_MS): Promise<Pixels> {
  const path = pathOf(files, index);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it took longer than ${mostMs / 1000} seconds`)), mostMs);
  });
  try {
    return await Promise.race([readAndDecode(path, files, index), late]);
  } catch (error) {
    throw new Error(`${path} cannot be decoded: ${whyOf(error as Error, path)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

async function readAndDecode(path: string, files: ImageFiles, index: number): Promise<Pixels> {
  const bytes = await withImage(path, async (file, size) => {
    if (size !== files.sizes[index])
      throw new Error(
        `it has ${size} bytes, but had ${files.sizes[index]} when it was indexed. Restore it, or touch its folder so that it is indexed anew`,
      );
    return readOpen(file, path, size, MOST_IMAGE_BYTES);
  });
  return { ...(await decode(bytes, files.decoding)), at: 0 };
}
