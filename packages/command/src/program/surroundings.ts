import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the name of an experiment's file ends with. */
export const ENDING = '.experiment.ts';

/** Whether the program runs from its sources, in its repository; else npm has installed it in somebody's project. */
export const FROM_SOURCE = import.meta.url.endsWith('.ts');

/** This repository, or the project in which the program is used. */
export const ROOT = FROM_SOURCE
  ? resolve(fileURLToPath(new URL('../../../..', import.meta.url)))
  : projectAround(process.cwd());

/** Where experiments lie, with what belongs to them: a folder of that name, or the root itself where there is none. */
export const EXPERIMENTS = FROM_SOURCE ? join(ROOT, 'experiments') : experimentsIn(ROOT);

/** The same as one names it from the working directory. */
export const EXPERIMENTS_HERE = FROM_SOURCE ? 'experiments' : relative('', EXPERIMENTS);

/** Results that the reports of this repository show. */
export const ACCEPTED = join(EXPERIMENTS, 'results');

/** The same as one names it from the working directory. */
export const RESULTS_HERE = join(EXPERIMENTS_HERE, 'results');

/** The nearest folder with a package.json, from `folder` up, as npm takes it; `folder` itself where there is none. */
export function projectAround(folder: string): string {
  for (let one = folder; ; one = dirname(one)) {
    if (existsSync(join(one, 'package.json'))) return one;
    if (dirname(one) === one) return folder;
  }
}

/** Where a project has its experiments. */
export function experimentsIn(project: string): string {
  const folder = join(project, 'experiments');
  return existsSync(folder) ? folder : project;
}

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
  const file = join(EXPERIMENTS, `${name}${ENDING}`);
  if (existsSync(file)) return file;
  const missing = `there is no experiment ${name}: ${relative(ROOT, file)} is missing`;
  if (!existsSync(join(ROOT, `${name}${ENDING}`))) throw new Error(missing);
  throw new Error(
    `${missing}. ${name}${ENDING} lies beside the folder experiments, in which experiments are looked for where there is one: move it there, or give its file`,
  );
}

/** The file of an experiment that is given by its file, or by its name alone. @throws Error where there is no such file */
export function experimentGiven(fileOrName: string): string {
  if (existsSync(fileOrName)) return fileOrName;
  if (/[\\/]|\.[cm]?[jt]s$/.test(fileOrName)) throw new Error(`there is no experiment file ${fileOrName}`);
  return experimentFile(fileOrName);
}

/** The files of all experiments that there are. */
export function allExperiments(): string[] {
  return readdirSync(EXPERIMENTS)
    .filter((file) => file.endsWith(ENDING))
    .toSorted()
    .map((file) => join(EXPERIMENTS, file));
}
