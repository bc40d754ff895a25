import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Experiment } from '../study/experiment.ts';

/**
 * Imports an experiment, and with it the method that it declares.
 *
 * @throws Error when there is no such file, or it does not export an experiment.
 */
export async function loadExperiment(file: string): Promise<Experiment> {
  const path = resolve(file);
  if (!existsSync(path)) throw new Error(`there is no experiment file ${file}`);
  const { default: experiment } = (await import(pathToFileURL(path).href)) as { default?: Experiment };
  if (experiment?.study === undefined || experiment.method === undefined)
    throw new Error(`${file} must export by default what defineExperiment gives`);
  return experiment;
}
