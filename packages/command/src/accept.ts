import { readFile, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { declarationHash, shortIdentity, type StoredResult } from '@spatial-ensemble/record';
import { runStates, type RunOfArm } from '@spatial-ensemble/report';
import { writeFinal } from '@spatial-ensemble/files';
import { readResults } from '@spatial-ensemble/store';
import { writePlan } from './accepted-plans.ts';
import { declaredPlan } from './declared-plan.ts';
import type { Experiment } from './experiment.ts';

/** What became of accepting. */
export interface Accepted {
  readonly copied: number;
  /** Results among the accepted ones that the study no longer declares, and that were removed. */
  readonly removed: number;
  /** A line for each complete, declared result that was not copied, and for each that the reports will not count. */
  readonly notes: readonly string[];
}

/**
 * Copies a study's results, each with its `run.json`, from the folder of runs to that of accepted results: those that
 * are complete and that the experiment declares as it is now, at any tier but `smoke`. What was run with `--set` is
 * none of them.
 *
 * The arms of one seed are held against each other, so they are taken from one arithmetic, the one that a report would
 * show (`runStates`); what ran with another is left, and named. Results that were accepted before stay beside them,
 * also those of another arithmetic; only those that the experiment no longer declares are removed.
 *
 * @throws Error when there is nothing to accept.
 */
export async function acceptResults(experiment: Experiment, runs: string, results: string): Promise<Accepted> {
  const { study } = experiment;
  const plan = declaredPlan(experiment);
  const declared = new Set(plan.runs.map(({ declaration }) => declaration));
  const isDeclared = ({ result }: StoredResult): boolean => declared.has(declarationHash(result.run));
  const [from, to] = [join(runs, study.name), join(results, study.name)];
  const [found, before] = [await readResults(from), await readResults(to)];
  const complete = found.filter(
    (stored) => stored.result.status === 'complete' && stored.result.run.tier !== 'smoke' && isDeclared(stored),
  );
  const states = runStates(plan, complete);
  const accepted = states.flatMap(({ state }) => (state.kind === 'complete' ? [state.stored] : []));
  if (accepted.length === 0) throw new Error(nothingToAccept(study.name, found.length, notCounted(states)));
  const stale = before.filter((stored) => !isDeclared(stored));
  for (const { file } of stale) await rm(dirname(file), { recursive: true });
  for (const { file } of accepted) {
    const folder = join(to, relative(from, dirname(file)));
    for (const name of ['result.json', 'run.json'])
      await writeFinal(join(folder, name), await readFile(join(dirname(file), name)));
  }
  await writePlan(to, plan);
  const beside = notCounted(runStates(plan, await readResults(to)));
  return {
    copied: accepted.length,
    removed: stale.length,
    notes: [
      ...notCounted(states).map((line) => `Not accepted: ${line}`),
      ...beside.map((line) => `Accepted, but not counted by the reports: ${line}`),
    ],
  };
}

function nothingToAccept(study: string, found: number, left: readonly string[]): string {
  const why =
    found === 0
      ? 'there are no runs of it'
      : left.length > 0
        ? left.join('; ')
        : `none of its ${found} results is complete and as the experiment declares it now`;
  return `nothing of ${study} can be accepted: ${why}. Run \`npx nx run experiments:${study}\` first.`;
}

/** A line for each result that stands for no number. */
function notCounted(states: readonly RunOfArm[]): string[] {
  return states.flatMap(({ planned: { tier, variant, arm, evaluation, seed }, others }) =>
    others.map(({ stored, why }) => {
      const place = [tier, variant, arm, evaluation].filter((part) => part !== undefined).join(' ');
      return `${place}, seed ${seed}, ${shortIdentity(stored.result.identity)} (${why})`;
    }),
  );
}
