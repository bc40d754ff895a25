import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parse, Plan, Result } from '@spatial-ensemble/record';

/**
 * Copies a study's complete results, with what stands beside them, from the folder of runs to that of accepted results.
 *
 * @returns how many results were copied.
 * @throws Error when there is nothing to accept.
 */
export async function acceptResults(runs: string, results: string, study: string): Promise<number> {
  const from = join(runs, study);
  const to = join(results, study);
  const planFile = join(from, 'study.json');
  if (!existsSync(planFile)) throw new Error(`there are no runs of ${study}; run \`npx nx run experiments:${study}\` first`);
  const plan = parse(Plan, JSON.parse(readFileSync(planFile, 'utf8')), planFile);
  const wanted = new Set(plan.runs.map(({ arm, seed, tier }) => `${tier}/${arm}/${seed}`));
  const files = (await readdir(from, { recursive: true })).filter((file) => file.endsWith('result.json'));
  const accepted = files.filter((file) => {
    const result = parse(Result, JSON.parse(readFileSync(join(from, file), 'utf8')), join(from, file));
    return result.status === 'complete' && wanted.has(`${result.run.tier}/${result.run.arm}/${result.run.seed}`);
  });
  if (accepted.length === 0) throw new Error(`none of the runs of ${study} is complete`);
  for (const file of accepted) {
    for (const name of ['result.json', 'run.json']) {
      const source = join(from, dirname(file), name);
      const target = join(to, relative('.', dirname(file)), name);
      await mkdir(dirname(target), { recursive: true });
      await copyFile(source, target);
    }
  }
  await copyFile(planFile, join(to, 'study.json'));
  return accepted.length;
}
