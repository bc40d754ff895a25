import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeChecked } from '@spatial-ensemble/files';
import {
  askedRuns,
  type Declared,
  declaredAs,
  declaredInBoth,
  hash,
  type Plan,
  planText,
  resultsInPlace,
} from '@spatial-ensemble/record';
import { inTurn, PLAN_FILE, readPlan, readResults, studyFolder } from '@spatial-ensemble/store';
import { declaredRuns, plannedRuns, planOf } from '@spatial-ensemble/study';
import type { Experiment } from './experiment.ts';
import type { ReadyJob } from './job.ts';

/** Writes the plan of a study beside its runs, with what was planned there before. */
export async function keepPlan({ experiment, runs, specs, session }: ReadyJob): Promise<Plan> {
  const folder = studyFolder(session.runs, experiment.study.name);
  const identities = new Map([...specs].map(([run, { identity }]) => [run, identity]));
  return inTurn(folder, async () => {
    const before = await planIn(folder);
    const declared = await declaredSince(experiment, before, session.runs);
    const plan = planOf(experiment, runs, { declared, before }, identities);
    await writePlan(folder, plan);
    return plan;
  });
}

/** The plan in a study's folder; undefined where there is none. @throws Error where it cannot be read, or was changed */
export async function planIn(folder: string): Promise<Plan | undefined> {
  const file = join(folder, PLAN_FILE);
  return existsSync(file) ? readPlan(file) : undefined;
}

/** Writes a plan into the folder of its study. */
export async function writePlan(folder: string, plan: Plan): Promise<void> {
  await writeChecked(join(folder, PLAN_FILE), planText(plan));
}

/** When a study was declared as it is: with the plan that stands there, or now, after the results that there are. */
export async function declaredSince(
  experiment: Experiment,
  before: Plan | undefined,
  store: string,
): Promise<Declared> {
  const now = hash(experiment.study);
  if (before?.declared.hash === now) return before.declared;
  // A result that cannot be read is none.
  const results = await readResults(store, () => undefined);
  const inPlace = resultsInPlace(results);
  const planned = [...(before === undefined ? [] : askedRuns(before)), ...plannedRuns(declaredRuns(experiment))];
  const found = planned.flatMap((run) => inPlace(run).map(({ result }) => result.identity));
  const former = new Set(before?.former?.flatMap(({ identities }) => identities));
  const there = results.flatMap(({ result: { identity } }) => (former.has(identity) ? [identity] : []));
  return declaredAs(experiment.study, before?.declared, [...new Set([...found, ...there])].toSorted());
}

/**
 * The same of a study that has accepted results and others: what was declared after either, was declared after all of
 * them, unless it stood beside the accepted ones already.
 *
 * @param before the plan that stands beside the accepted ones
 */
export async function declaredSinceBoth(
  experiment: Experiment,
  before: Plan | undefined,
  { runs, results }: { readonly runs: string; readonly results: string },
): Promise<Declared> {
  const beside = await planIn(studyFolder(runs, experiment.study.name));
  return declaredInBoth(before?.declared, [
    await declaredSince(experiment, before, results),
    await declaredSince(experiment, beside, runs),
  ]);
}
