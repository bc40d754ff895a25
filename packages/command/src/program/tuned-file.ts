import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * The file of XLA's choices by which results are made again: the one that was given, if it is that by which they were made.
 *
 * @param sha256 of the file by which they were made; undefined: by none
 * @throws Error where it is another one, or one too many or too few
 */
export function tunedFile(sha256: string | undefined, given: string | undefined): string | undefined {
  if (sha256 === undefined) {
    if (given === undefined) return undefined;
    throw new Error(`the results of this cell were made without choices of XLA from a file: leave out --xla-tuned ${given}`); // prettier-ignore
  }
  const wanted = `the results of this cell were made by choices of XLA in a file whose SHA-256 is ${sha256}`;
  if (given === undefined) throw new Error(`${wanted}: name it with --xla-tuned FILE`);
  const found = createHash('sha256').update(readFileSync(given)).digest('hex');
  if (found !== sha256) throw new Error(`${wanted}, and that of ${given} is ${found}: name that file`);
  return given;
}
