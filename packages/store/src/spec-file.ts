import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeChecked } from '@spatial-ensemble/files';
import { identity, Result, RunSpec, sealed, unsealed } from '@spatial-ensemble/record';
import { z } from 'zod';
import { readSealed, readStored } from './read-stored.ts';

/** The file that says what a run trains, from its beginning: its folder can be taken to another machine. */
export const SPEC_FILE = 'spec.json';

const StoredSpec = z
  .strictObject({
    format: z.literal('spatial-ensemble/spec-1'),
    identity: z.string(),
    run: RunSpec,
  })
  .refine(({ identity: id, run }) => id === identity(run), 'identity: is not the identity of the run beside it');

/** Writes what a run trains into its folder, where it does not stand there yet. @throws WriteError */
export async function keepSpec(folder: string, run: RunSpec): Promise<void> {
  const file = join(folder, SPEC_FILE);
  if (existsSync(file)) return;
  const document = { format: 'spatial-ensemble/spec-1', identity: identity(run), run };
  await writeChecked(file, `${JSON.stringify(sealed(document), null, 2)}\n`);
}

/**
 * What a run trains, by its folder: by its result, or by the file of its beginning; undefined where neither is there.
 *
 * @throws UnusableRun where it is damaged
 */
export async function specIn(folder: string): Promise<RunSpec | undefined> {
  const [begun, result] = [join(folder, SPEC_FILE), join(folder, 'result.json')];
  const there = existsSync(result);
  if (existsSync(begun) && !there) return (await readSpec(begun)).run;
  return there ? (await readStored(result, (value) => unsealed(Result, value, result))).run : undefined;
}

/** @param whose undefined: whoever's it is. @throws UnusableRun that names the file */
export async function readSpec(file: string, whose?: string): Promise<z.infer<typeof StoredSpec>> {
  return whose === undefined
    ? readStored(file, (value) => unsealed(StoredSpec, value, file))
    : readSealed(file, StoredSpec, whose);
}
