import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { declarationHash, parse, Result, type Plan, type Tier } from '@spatial-ensemble/record';
import { writeFinal } from '@spatial-ensemble/files';
import type { DataSpec } from '../data.ts';
import { knownBefore } from '../describe-data.ts';
import { checkRuns } from '../study/check-runs.ts';
import type { Experiment } from '../study/experiment.ts';
import { plannedRuns, planWith } from '../study/plan.ts';
import { resolveRuns, variantsAt } from '../study/resolve.ts';
import { PLAN_FILE } from './run-experiment.ts';

/** What became of accepting. */
export interface Accepted {
  readonly copied: number;
  /** Results among the accepted ones that the study no longer declares, and that were removed. */
  readonly removed: number;
}

/**
 * Copies a study's results, each with its `run.json`, from the folder of runs to that of accepted results: those that
 * are complete and that the experiment declares as it is now, at any tier but `smoke`. What was run with `--set` is
 * none of them. Accepted results that the experiment no longer declares are removed.
 *
 * @throws Error when there is nothing to accept.
 */
export async function acceptResults(experiment: Experiment, runs: string, results: string): Promise<Accepted> {
  const { study } = experiment;
  const plan = declaredPlan(experiment);
  const declared = new Set(plan.runs.map(({ declaration }) => declaration));
  const to = join(results, study.name);
  const [found, before] = [await resultsBelow(join(runs, study.name)), await resultsBelow(to)];
  const accepted = found.filter(
    ({ result }) =>
      result.status === 'complete' && result.run.tier !== 'smoke' && declared.has(declarationHash(result.run)),
  );
  if (accepted.length === 0) {
    const why =
      found.length === 0
        ? 'there are no runs of it'
        : `none of its ${found.length} results is complete and as the experiment declares it now`;
    throw new Error(
      `nothing of ${study.name} can be accepted: ${why}. Run \`npx nx run experiments:${study.name}\` first.`,
    );
  }
  const stale = before.filter(({ result }) => !declared.has(declarationHash(result.run)));
  for (const { folder } of stale) await rm(join(to, folder), { recursive: true });
  for (const { folder } of accepted) {
    for (const name of ['result.json', 'run.json'])
      await writeFinal(join(to, folder, name), await readFile(join(runs, study.name, folder, name)));
  }
  await writeFinal(join(to, PLAN_FILE), `${JSON.stringify(plan, null, 2)}\n`);
  return { copied: accepted.length, removed: stale.length };
}

/** Every run that a study declares, at all its tiers but `smoke` and all its variants. */
function declaredPlan(experiment: Experiment): Plan {
  const { study } = experiment;
  const tiers = (Object.keys(study.tiers) as Tier[]).filter((tier) => tier !== 'smoke');
  const runs = tiers.flatMap((tier) =>
    variantsAt(study, tier).flatMap((variant) =>
      resolveRuns(experiment, { tier, arms: Object.keys(study.arms), ...(variant && { variant }) }),
    ),
  );
  checkRuns(experiment, runs, (run) => knownBefore(run.data as DataSpec));
  return planWith(experiment, plannedRuns(runs));
}

interface FoundResult {
  readonly result: Result;
  /** Its folder, relative to the study's. */
  readonly folder: string;
}

async function resultsBelow(root: string): Promise<FoundResult[]> {
  if (!existsSync(root)) return [];
  const files = (await readdir(root, { recursive: true })).filter((file) => /[/\\]result\.json$/.test(file)).toSorted();
  return Promise.all(
    files.map(async (file) => ({
      result: parse(Result, JSON.parse(await readFile(join(root, file), 'utf8')), join(root, file)),
      folder: dirname(file),
    })),
  );
}
