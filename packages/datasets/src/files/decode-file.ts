import { readFile } from 'node:fs/promises';
import type { ImageFiles } from '../image-source.ts';
import type { Pixels } from '../loader/reader.ts';
import { decode } from './decode.ts';
import { pathOf } from './image-files.ts';

/**
 * The pixels of one file.
 *
 * @throws Error that names the file, if it cannot be read or decoded, or is not what was indexed
 */
export async function decodeFile(files: ImageFiles, index: number): Promise<Pixels> {
  const path = pathOf(files, index);
  const bytes = await readFile(path);
  if (bytes.length !== files.sizes[index])
    throw new Error(
      `${path} has ${bytes.length} bytes, but had ${files.sizes[index]} when it was indexed. Restore it, or touch its folder so that it is indexed anew`,
    );
  try {
    return { ...(await decode(bytes, files.decoding)), at: 0 };
  } catch (error) {
    // The decoder repeats itself in further lines.
    const [why] = (error as Error).message.split('\n');
    throw new Error(`${path} cannot be decoded: ${why}`, { cause: error });
  }
}
