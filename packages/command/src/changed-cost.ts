import type { Study } from '@spatial-ensemble/record';
import {
  allRuns,
  amountsText,
  declaredCost,
  declaredLengths,
  resolveRuns,
  runFlops,
  type Selection,
  type StepFlops,
} from '@spatial-ensemble/study';
import { countSteps, flopsOf } from './cost.ts';
import type { Experiment, ResolvedRun } from './experiment.ts';

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
  experiment: Experiment,
  selection: Selection,
  runs: readonly ResolvedRun[],
  counted: () => Promise<StepFlops>,
): Promise<string[]> {
  const overrides = (selection.overrides ?? []).filter((text) => SELECTS.test(text));
  const rest = (selection.overrides ?? []).filter((text) => !SELECTS.test(text) && !LENGTH.test(text));
  const changed = allRuns(runs).some((run) => run.changed !== undefined);
  if (rest.length === 0 || !changed || runs[0]!.tier === 'smoke') return [];
  const declared = resolveRuns(experiment, { ...selection, overrides });
  const factor = totalFlops(await counted(), runs) / totalFlops(flopsOf(await countSteps(declared[0]!)), declared);
  const said = declaredLengths(runs) / runs.length;
  return Math.abs(factor / said - 1) < 0.05 ? [] : [lineOf(experiment.study, runs, factor)];
}

function totalFlops(flops: StepFlops, runs: readonly ResolvedRun[]): number {
  return allRuns(runs).reduce((sum, run) => sum + runFlops(flops, run), 0);
}

function lineOf(study: Study, runs: readonly ResolvedRun[], factor: number): string {
  const cost = declaredCost(study, runs[0]!);
  const amounts = amountsText(cost, factor * runs.length);
  const times = factor < 10 ? factor.toFixed(factor < 1 ? 2 : 1) : Math.round(factor).toLocaleString('en-US');
  return `With --set this is ${times} times the declared arithmetic${amounts === '' ? '' : `: ${amounts}, not what is declared, on ${cost.hardware}`}.`;
}
