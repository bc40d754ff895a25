import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { writeFinal } from '@spatial-ensemble/files';

/** Generated files: their contents by path, with forward slashes, below an output folder. */
export type Files = ReadonlyMap<string, string | Uint8Array>;

/** The list of what was generated: a later report deletes what it no longer makes, and nothing else. */
const LIST = 'generated.json';

/** Writes the files, each by atomic rename, and deletes those of an earlier report that are no longer made. */
export async function writeFiles(files: Files, folder: string): Promise<void> {
  const before = await listed(folder);
  for (const [path, content] of withList(files)) {
    await writeFinal(join(folder, path), content);
  }
  for (const path of before) {
    if (!files.has(path)) await rm(join(folder, path), { force: true });
  }
}

/** One line for each file that is missing, differs from what would be generated, or is no longer made. */
export async function drift(files: Files, folder: string): Promise<string[]> {
  const differences: string[] = [];
  for (const [path, content] of withList(files)) {
    const wanted = typeof content === 'string' ? Buffer.from(content) : content;
    const found = await readFile(join(folder, path)).catch(() => null);
    if (found === null) differences.push(`${path}: missing`);
    else if (!found.equals(wanted)) differences.push(`${path}: differs`);
  }
  for (const path of await listed(folder)) {
    if (!files.has(path)) differences.push(`${path}: no longer generated`);
  }
  return differences;
}

function withList(files: Files): Files {
  return new Map([...files, [LIST, `${JSON.stringify([...files.keys()].sort(), null, 2)}\n`]]);
}

/** What an earlier report wrote; paths that lead out of the folder are not ours to touch. */
async function listed(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, LIST), 'utf8').catch(() => '[]');
  const damaged = `${join(folder, LIST)} is not a list of files. Delete it and generate again.`;
  let paths: unknown;
  try {
    paths = JSON.parse(text);
  } catch (error) {
    throw new Error(damaged, { cause: error });
  }
  if (!Array.isArray(paths)) throw new Error(damaged);
  return paths.filter(
    (path): path is string => typeof path === 'string' && !path.split('/').includes('..') && !path.startsWith('/'),
  );
}
