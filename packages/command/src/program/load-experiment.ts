import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Experiment } from '../experiment.ts';
import { ENDING, EXPERIMENTS, type AtHand } from './surroundings.ts';

/**
 * Imports an experiment, and with it the method that it declares.
 *
 * @param atHand those that were put together with the program
 * @param experiments the folder in which no other experiment may have its name.
 * @throws Error when there is no such file, it does not export an experiment, or its study has another name than the
 *   file, or that of another experiment: one would write over the other's runs and report.
 */
export async function loadExperiment(
  file: string,
  atHand: AtHand = {},
  experiments = EXPERIMENTS,
): Promise<Experiment> {
  const path = resolve(file);
  if (!existsSync(path)) throw new Error(`there is no experiment file ${file}`);
  const load = atHand[path] ?? (() => importFile(path));
  const { default: experiment } = (await load()) as { default?: Experiment };
  if (experiment?.study === undefined || experiment.method === undefined)
    throw new Error(`${file} must export by default what defineExperiment gives`);
  checkName(path, experiment.study.name, experiments);
  return experiment;
}

let readsTypeScript = import.meta.url.endsWith('.ts');

/** Imports a file, of TypeScript too: where the program is installed, nothing that reads it was started before. */
async function importFile(path: string): Promise<unknown> {
  if (!readsTypeScript) {
    const { register } = await import('tsx/esm/api');
    register();
    readsTypeScript = true;
  }
  return import(pathToFileURL(path).href);
}

function checkName(path: string, name: string, experiments: string): void {
  const file = basename(path);
  if (file.endsWith(ENDING) && file !== `${name}${ENDING}`)
    throw new Error(
      `${path} declares the name '${name}', whose runs and report it would write over; an experiment has the name of its file: name: '${file.slice(0, -ENDING.length)}'`,
    );
  const other = join(experiments, `${name}${ENDING}`);
  if (other !== path && existsSync(other))
    throw new Error(
      `${path} declares the name '${name}', which is that of ${other}: it would write over its runs and report. Give it another name, and the file too`,
    );
}
