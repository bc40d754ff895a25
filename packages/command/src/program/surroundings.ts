import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const ROOT = resolve(fileURLToPath(new URL('../../../..', import.meta.url)));

/** Results that the reports of this repository show. */
export const ACCEPTED = join(ROOT, 'experiments', 'results');

/** Where the program runs. */
export interface Surroundings {
  /** Runs, and the reports of a user's own runs. */
  readonly runs: string;
  readonly log: (line: string) => void;
  /** What was asked for, which may be read by a program; default: as `log`. */
  readonly print?: (text: string) => void;
  /** Experiments that were put together with the program; default: each is imported from its file. */
  readonly atHand?: AtHand;
}

/** Functions that load modules, by the absolute paths of their files. */
export type AtHand = Readonly<Record<string, () => Promise<unknown>>>;

/** @throws Error where there is no such experiment */
export function experimentFile(name: string): string {
  const file = join(ROOT, 'experiments', `${name}.experiment.ts`);
  if (!existsSync(file))
    throw new Error(`there is no experiment ${name}: experiments/${name}.experiment.ts is missing`);
  return file;
}

/** The files of all experiments of this repository. */
export function allExperiments(): string[] {
  const folder = join(ROOT, 'experiments');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.experiment.ts'))
    .toSorted()
    .map((file) => join(folder, file));
}
