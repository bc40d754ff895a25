import type { Study } from '@spatial-ensemble/record';
import {
  allRuns,
  amountsText,
  declaredCost,
  declaredLengths,
  resolveRuns,
  runFlops,
  type StepFlops,
} from '@spatial-ensemble/study';
import { countSteps, flopsOf } from './cost.ts';
import type { Counted } from './counted.ts';
import type { ResolvedRun } from './experiment.ts';
import type { Job } from './job.ts';

/** Keys of `--set` that choose what is run, and that change a run's length alone. */
const SELECTS = /^(arm|variant)=/;
const LENGTH = /^(steps|epochs)=/;

/**
 * What runs cost as `--set` made them, by their arithmetic beside that of the declared runs; nothing where that is
 * within a twentieth of what the announcement said, which heeds steps alone. Needs TensorFlow, and no images.
 *
 * @param counted the operations of a step of the first run
 */
export async function changedCostLines(
  { experiment, selection, runs, first }: Job,
  counted: () => Promise<Counted>,
): Promise<string[]> {
  const overrides = (selection.overrides ?? []).filter((text) => SELECTS.test(text));
  const rest = (selection.overrides ?? []).filter((text) => !SELECTS.test(text) && !LENGTH.test(text));
  const changed = allRuns(runs).some((run) => run.changed !== undefined);
  if (rest.length === 0 || !changed || first.tier === 'smoke') return [];
  const declared = resolveRuns(experiment, { ...selection, overrides });
  const [firstDeclared = first] = declared;
  const factor =
    totalFlops((await counted()).flops, runs) / totalFlops(flopsOf(await countSteps(firstDeclared)), declared);
  const said = declaredLengths(runs) / runs.length;
  return Math.abs(factor / said - 1) < 0.05 ? [] : [lineOf(experiment.study, first, factor * runs.length, factor)];
}

function totalFlops(flops: StepFlops, runs: readonly ResolvedRun[]): number {
  return allRuns(runs).reduce((sum, run) => sum + runFlops(flops, run), 0);
}

function lineOf(study: Study, first: ResolvedRun, worth: number, factor: number): string {
  const cost = declaredCost(study, first);
  const amounts = amountsText(cost, worth);
  const times = factor < 10 ? factor.toFixed(factor < 1 ? 2 : 1) : Math.round(factor).toLocaleString('en-US');
  return `With --set this is ${times} times the declared arithmetic${amounts === '' ? '' : `: ${amounts}, not what is declared, on ${cost.hardware}`}.`;
}
