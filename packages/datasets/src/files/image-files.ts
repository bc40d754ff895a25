import { join } from 'node:path';
import type { Decoding, ImageFiles } from '../image-source.ts';

/** A file below some directory, with `/` between folders, and its bytes. */
export interface FileEntry {
  readonly path: string;
  readonly size: number;
}

/** Puts the paths of files into shared memory. */
export function imageFiles(root: string, entries: readonly FileEntry[], decoding: Decoding): ImageFiles {
  const length = entries.reduce((sum, { path }) => sum + Buffer.byteLength(path), 0);
  const paths = new Uint8Array(new SharedArrayBuffer(length));
  const text = Buffer.from(paths.buffer);
  const ends = new Uint32Array(new SharedArrayBuffer(4 * entries.length));
  const sizes = new Uint32Array(new SharedArrayBuffer(4 * entries.length));
  let end = 0;
  entries.forEach(({ path, size }, i) => {
    end += text.write(path, end);
    ends[i] = end;
    sizes[i] = size;
  });
  return { root, paths, ends, sizes, decoding };
}

/** The path of an image's file. */
export function pathOf(files: ImageFiles, index: number): string {
  return join(files.root, ...entryOf(files, index).split('/'));
}

/** The same from `root` on, with `/` between folders. */
export function entryOf({ paths, ends }: ImageFiles, index: number): string {
  // A copy: decoders take no shared memory.
  return new TextDecoder().decode(paths.slice(index === 0 ? 0 : ends[index - 1], ends[index]));
}
