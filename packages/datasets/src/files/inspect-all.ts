import { join } from 'node:path';
import type { FileEntry } from './image-files.ts';
import { inspect } from './inspect.ts';
import { whyOf } from './why-of.ts';

/** A file that cannot be used. */
export interface Broken {
  readonly path: string;
  readonly why: string;
}

/** Files looked at simultaneously. */
const AT_ONCE = 64;

/** Looks at files, in their order: each with its size, or why it cannot be used. Told how many have been done. */
export async function inspectAll(
  root: string,
  paths: readonly string[],
  progress: (done: number) => void = () => undefined,
): Promise<(FileEntry | Broken)[]> {
  const all: (FileEntry | Broken)[] = [];
  for (let from = 0; from < paths.length; from += AT_ONCE) {
    const some = paths.slice(from, from + AT_ONCE).map(async (path) => {
      try {
        return { path, size: await inspect(join(root, path), {}) };
      } catch (error) {
        const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
        return { path, why: isAbsent ? 'there is no such file' : whyOf(error as Error, join(root, path)) };
      }
    });
    all.push(...(await Promise.all(some)));
    progress(all.length);
  }
  return all;
}

export function isBroken(one: FileEntry | Broken): one is Broken {
  return 'why' in one;
}
