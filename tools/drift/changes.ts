import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { run } from './run.ts';

/** Hashes of files by their paths, relative to the root. */
export type Snapshot = ReadonlyMap<string, string>;

/** Of the files below the given paths that exist and that git does not ignore. */
export function snapshot(root: string, paths: readonly string[]): Snapshot {
  const listed = run(root, 'git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...paths]);
  const files = listed.split('\0').filter((file) => file !== '' && existsSync(join(root, file)));
  return new Map(
    files.map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(join(root, file)))
        .digest('hex'),
    ]),
  );
}

/** `changed  reports/index.md`, a line a file. */
export function changes(before: Snapshot, after: Snapshot): string[] {
  const files = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return files.flatMap((file) => {
    if (before.get(file) === after.get(file)) return [];
    if (!before.has(file)) return [`new      ${file}`];
    return [after.has(file) ? `changed  ${file}` : `gone     ${file}`];
  });
}
