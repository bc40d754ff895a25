import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { useTensorFlow } from '@spatial-ensemble/engine';
import { seeds } from '@spatial-ensemble/random';
import { parse } from '@spatial-ensemble/record';
import { writeFinal } from '@spatial-ensemble/files';
import { knownBefore, resolveRuns, variantsAt } from '@spatial-ensemble/study';
import {
  compareFingerprints,
  fingerprintOf,
  Fingerprints,
  firstWeights,
  loadOnce,
  prepareData,
  updateFingerprints,
} from '@spatial-ensemble/training';
import { checkRuns } from './check-runs.ts';
import { boundRun } from './bound-run.ts';
import type { Experiment } from './experiment.ts';

/** Whatever seeds a study has: what a method computes does not change with them. */
const SEEDS = [1];

/** The fingerprints of the methods that experiments declare, by each arm in its smoke form: the embedded images suffice. */
async function currentFingerprints(experiments: readonly Experiment[]): Promise<Fingerprints> {
  await useTensorFlow();
  const load = loadOnce();
  const found: Fingerprints = {};
  // Studies have arms in common: what is declared alike is traced once.
  const traced = new Map<string, Awaited<ReturnType<typeof fingerprintOf>>>();
  for (const experiment of experiments)
    for (const [study, runs] of smokeRuns(experiment)) {
      checkRuns(experiment, runs, knownBefore);
      for (const run of runs) {
        for (const one of [run, ...run.evaluations]) {
          const { method, arm, evaluation, seeds: seed } = one;
          const name = [study, arm, ...(evaluation === undefined ? [] : [evaluation])].join('/');
          if (!traced.has(one.declaration)) {
            const from = one === run ? undefined : firstWeights({ bound: boundRun(run), seed: run.seeds });
            const images = await prepareData(one, seeds(seed).split, load);
            traced.set(one.declaration, await fingerprintOf(boundRun(one), seed, images, from));
          }
          const known = (found[method.name] ??= { version: method.version, runs: {} });
          // `!`: traced above, or before.
          known.runs[name] = traced.get(one.declaration)!;
        }
      }
    }
  return found;
}

/** A study's runs in their smoke form: those of its first variant by its name, of others by `study:variant`. */
function smokeRuns(experiment: Experiment) {
  const { name, arms } = experiment.study;
  return variantsAt(experiment.study, 'smoke').map((variant, i) => {
    const all = { tier: 'smoke', arms: Object.keys(arms), seeds: SEEDS, ...(variant && { variant }) } as const;
    return [i === 0 ? name : `${name}:${variant}`, resolveRuns(experiment, all)] as const;
  });
}

/**
 * Compares what methods compute with what is committed, or with `write` brings the file up to date.
 *
 * @throws Error that says which method computes something else under the same version, or which fingerprint is missing.
 */
export async function checkFingerprints(
  experiments: readonly Experiment[],
  file: string,
  write: boolean,
): Promise<void> {
  const committed = existsSync(file) ? parse(Fingerprints, JSON.parse(await readFile(file, 'utf8')), file) : {};
  const current = await currentFingerprints(experiments);
  if (write) {
    await writeFinal(file, `${JSON.stringify(updateFingerprints(committed, current), null, 2)}\n`);
    return;
  }
  const problems = compareFingerprints(committed, current);
  if (problems.length > 0)
    throw new Error(
      `${problems.join('\n')}\nThen \`npx spatial-ensemble fingerprint --write\`, and commit ${basename(file)}.`,
    );
}
