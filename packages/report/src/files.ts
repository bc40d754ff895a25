import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

import writeFileAtomic from 'write-file-atomic';

/** Generated files: their contents by path, with forward slashes, below an output folder. */
export type Files = ReadonlyMap<string, string | Uint8Array>;

/** Names of what a report leaves behind; nothing else in an output folder is ever touched. */
const GENERATED = /(^|\/)(index\.md|paper\.md|table\.csv|measures\.csv|[^/]+\.(vl\.json|svg|png))$/;

/** Writes the files, each by atomic rename, and deletes generated files that are no longer made. */
export async function writeFiles(files: Files, folder: string): Promise<void> {
  for (const [path, content] of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFileAtomic(target, typeof content === 'string' ? content : Buffer.from(content));
  }
  for (const path of await generatedFiles(folder)) {
    if (!files.has(path)) await rm(join(folder, path));
  }
}

/** One line for each file that differs from what would be generated, is missing, or should not be there. */
export async function drift(files: Files, folder: string): Promise<string[]> {
  const differences: string[] = [];
  for (const [path, content] of files) {
    const wanted = Buffer.from(content as string);
    const found = await readFile(join(folder, path)).catch(() => null);
    if (found === null) differences.push(`${path}: missing`);
    else if (!found.equals(wanted)) differences.push(`${path}: differs`);
  }
  for (const path of await generatedFiles(folder)) {
    if (!files.has(path)) differences.push(`${path}: no longer generated`);
  }
  return differences;
}

async function generatedFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => GENERATED.test(path) && !path.includes('node_modules/'))
    .sort();
}
