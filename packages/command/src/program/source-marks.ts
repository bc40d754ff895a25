import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { type Mark, marksOf } from '@spatial-ensemble/report';

/** Packages whose every deviation is one of the method that they are. */
const METHODS: readonly string[] = ['byol', 'fixmatch', 'moco'];

/**
 * The deviations that the sources of a repository name, in the order of files: those of packages, their readmes, and
 * experiments. A mark in a method's package is of that method, one in an experiment of its study; elsewhere it says so.
 *
 * @param root the repository. A folder without sources has none.
 * @throws Error naming file and line of a mark that does not say what it reaches
 */
export async function sourceMarks(root: string): Promise<Mark[]> {
  const packages = (await filesBelow(root, 'packages')).filter(
    (file) => /^packages\/[^/]+\/src\/.*\.ts$/.test(file) || /^packages\/[^/]+\/README\.md$/.test(file),
  );
  const experiments = (await filesBelow(root, 'experiments')).filter((file) => file.endsWith('.ts'));
  const all: Mark[] = [];
  for (const file of [...packages, ...experiments].toSorted())
    all.push(...marksOf(file, await readFile(join(root, file), 'utf8'), ownerOf(file)));
  return all;
}

function ownerOf(file: string): string | undefined {
  if (file.startsWith('experiments/'))
    return file.endsWith('.experiment.ts') ? basename(file, '.experiment.ts') : undefined;
  return METHODS.find((method) => file.startsWith(`packages/${method}/`));
}

const SKIPPED: readonly string[] = ['node_modules', 'test', 'results', 'dist'];

async function filesBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return SKIPPED.includes(entry.name) ? [] : filesBelow(root, path);
      return entry.isFile() ? [path] : [];
    }),
  );
  return found.flat();
}
