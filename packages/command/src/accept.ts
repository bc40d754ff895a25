import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type Plan,
  type PlannedRun,
  resultsInPlace,
  runCommand,
  shortIdentity,
  type StoredResult,
} from '@spatial-ensemble/record';
import { runStates, type RunOfArm } from '@spatial-ensemble/report';
import { writeChecked } from '@spatial-ensemble/files';
import { readPlans, readResults, runFolder, studyFolder } from '@spatial-ensemble/store';
import { planWith } from '@spatial-ensemble/study';
import { declaredPlanned } from './declared-plan.ts';
import type { Experiment } from './experiment.ts';
import { declaredSinceBoth, planIn, writePlan } from './keep-plan.ts';

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
  const { name } = experiment.study;
  const to = studyFolder(results, name);
  const before = await planIn(to);
  const declared = await declaredSinceBoth(experiment, before, { runs, results });
  const planned = declaredPlanned(experiment);
  const found = await readResults(runs);
  const states = runStates(planWith(experiment, planned, { declared, before: undefined }), found.filter(isComplete));
  const accepted = states.flatMap(({ planned: run, state }) => (state.kind === 'complete' ? [{ run, ...state }] : []));
  if (accepted.length === 0) {
    const own = placed((await planIn(studyFolder(runs, name)))?.runs ?? [], found);
    throw new Error(nothingToAccept(name, own.length, notCounted(states)));
  }
  const removed = await removeStale(name, results, before?.runs ?? [], planned);
  for (const { stored } of accepted) await copyRun(stored, results);
  const plan = planWith(
    experiment,
    states.map(({ planned: run, state }) => ({
      ...run,
      identities: state.kind === 'complete' ? [state.stored.result.identity] : [],
    })),
    { declared, before: before && without(before, removed) },
  );
  await writePlan(to, plan);
  const beside = notCounted(runStates(plan, await readResults(results)));
  return {
    copied: new Set(accepted.map(({ stored }) => stored.result.identity)).size,
    removed: removed.length,
    notes: [
      ...notCounted(states).map((line) => `Not accepted: ${line}`),
      ...beside.map((line) => `Accepted, but not counted by the reports: ${line}`),
    ],
  };
}

function isComplete({ result }: StoredResult): boolean {
  return result.status === 'complete';
}

/** The results that stand in the place of any of these runs. */
function placed(planned: readonly PlannedRun[], results: readonly StoredResult[]): StoredResult[] {
  const inPlace = resultsInPlace(results);
  return [...new Set(planned.flatMap(inPlace))];
}

/**
 * Removes accepted results of a study that it no longer declares, unless another study has them.
 *
 * @returns their identities.
 */
async function removeStale(
  study: string,
  folder: string,
  before: readonly PlannedRun[],
  now: readonly PlannedRun[],
): Promise<string[]> {
  const results = await readResults(folder);
  const others = (await readPlans(folder)).filter(({ plan }) => plan.study.name !== study);
  const kept = new Set(placed([...now, ...others.flatMap(({ plan }) => plan.runs)], results));
  const identities = new Set([...kept].map(({ result }) => result.identity));
  // An evaluation goes with the run that it starts from.
  const stays = (stored: StoredResult): boolean =>
    kept.has(stored) && (stored.result.run.from === undefined || identities.has(stored.result.run.from));
  const stale = placed(before, results).filter((stored) => !stays(stored));
  for (const { file } of stale) await rm(dirname(file), { recursive: true });
  return stale.map(({ result }) => result.identity);
}

/** Copies a result and its `run.json` to where a store has it. */
async function copyRun({ result, file }: StoredResult, store: string): Promise<void> {
  const to = runFolder(store, result.run, result.identity);
  for (const name of ['result.json', 'run.json'])
    await writeChecked(join(to, name), await readFile(join(dirname(file), name)));
}

/** A plan that no longer knows some runs. */
function without(plan: Plan, identities: readonly string[]): Plan {
  const runs = plan.runs.map((run) => ({
    ...run,
    identities: run.identities.filter((identity) => !identities.includes(identity)),
  }));
  return { ...plan, runs };
}

function nothingToAccept(study: string, found: number, left: readonly string[]): string {
  const why =
    found === 0
      ? 'there are no runs of it'
      : left.length > 0
        ? left.join('; ')
        : `none of its ${found} results is complete and as the experiment declares it now`;
  return `nothing of ${study} can be accepted: ${why}. Run \`${runCommand(study)}\` first.`;
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
